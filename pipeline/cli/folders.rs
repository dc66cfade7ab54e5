//! What is published lies apart from all that never may be: whoever copies `out` to a web server copies nothing else.

use std::path::{Path, PathBuf};

use domain::{Config, ConfigError, PullConfig};

/// Refuses a configuration whose ledgers, counts, keys or extracts lie in the folder of releases, or the other way
/// round. Links are followed as far as a path is there.
///
/// # Errors
/// [`ConfigError::Rule`] with both folders as they resolve.
pub(crate) fn lie_apart(config: &Config, path: &Path) -> Result<(), ConfigError> {
    let out = resolved(&config.out);
    let refuse = |field: String, rule: String| ConfigError::Rule { path: path.to_owned(), field, rule };
    for (field, folder) in [("work", &config.work), ("keys", &config.keys)] {
        let folder = resolved(folder);
        if out.starts_with(&folder) && out != folder {
            let rule = format!(
                "the releases' folder {} lies in {}, which is never published; put `out` beside it",
                out.display(),
                folder.display()
            );
            return Err(refuse(field.to_owned(), rule));
        }
    }
    for (field, private) in private(config) {
        let private = resolved(&private);
        if private.starts_with(&out) {
            let rule = format!(
                "{} lies in the releases' folder {}, of which everything may be published; put it elsewhere",
                private.display(),
                out.display()
            );
            return Err(refuse(field, rule));
        }
    }
    Ok(())
}

/// What never may be published: field and place.
fn private(config: &Config) -> Vec<(String, PathBuf)> {
    let mut private =
        vec![("work".to_owned(), config.work.clone()), ("keys".to_owned(), config.keys.clone())];
    private.extend(config.simulate.iter().map(|s| ("simulate.into".to_owned(), s.into.clone())));
    for source in config.cities.iter().flat_map(|city| &city.sources) {
        let mut add = |what: &str, place: &PathBuf| {
            private.push((format!("city.source.{what} of {}", source.name), place.clone()));
        };
        add("extract", &source.extract);
        if let Some(raw) = &source.raw {
            add("raw", raw);
        }
        for file in source.pull.iter().flat_map(PullConfig::files) {
            add("pull", &file);
        }
    }
    private
}

/// The absolute path with links followed in the part of it that is there.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path.ancestors().find_map(|part| Some((part, part.canonicalize().ok()?)));
    match there {
        Some((part, real)) => match path.strip_prefix(part) {
            Ok(rest) if !rest.as_os_str().is_empty() => real.join(rest),
            _ => real,
        },
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const CONFIG: &str = r#"
        out = "OUT"
        work = "WORK"
        keys = "KEYS"
        [budget]
        epsilon = 4.0
        delta = 1e-6
        [release]
        period = "2025"
        report_date = "2026-06-30"
        share = 1.0
        objective = "total_variance"
        [[city]]
        id = "us-ga-atlanta"
        name = "Atlanta"
        [[city.source]]
        name = "shelters"
        system = "homeless_services"
        extract = "EXTRACT"
    "#;

    fn judged(folder: &Path, [out, work, keys, extract]: [&str; 4]) -> Result<(), String> {
        let text = CONFIG.replace("OUT", out).replace("WORK", work).replace("KEYS", keys);
        let path = folder.join("city.toml");
        let config =
            Config::parse(&text.replace("EXTRACT", extract), &path).expect("valid but for its folders");
        lie_apart(&config, &path).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_private_lies_in_the_releases_folder_nor_they_in_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let of = |folders| judged(folder.path(), folders);
        assert_eq!(of(["out", "work", "keys", "in/shelters"]), Ok(()));
        assert_eq!(of(["a/out", "a/out-work", "a/keys", "a/in"]), Ok(()), "a name that only begins alike");
        for (folders, field) in [
            (["out", "out", "keys", "in"], "work"),
            (["out", "out/w", "keys", "in"], "work"),
            (["out", "x/../out/w", "keys", "in"], "work"),
            (["work/out", "work", "keys", "in"], "work"),
            (["out", "work", "out/keys", "in"], "keys"),
            (["keys/out", "work", "keys", "in"], "keys"),
            (["out", "work", "keys", "out/in"], "city.source.extract of shelters"),
            ([".", "work", "keys", "in"], "work"),
        ] {
            let refused = of(folders).expect_err(field);
            assert!(refused.contains(&format!("city.toml: {field}: ")), "{folders:?}: {refused}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_into_the_releases_folder_is_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("out/inner")).expect("a folder");
        std::os::unix::fs::symlink(folder.path().join("out/inner"), folder.path().join("aside"))
            .expect("a link");
        let refused = judged(folder.path(), ["out", "aside/work", "keys", "in"]).expect_err("through a link");
        let real = folder.path().canonicalize().expect("there").join("out/inner/work");
        assert!(refused.contains(&real.display().to_string()), "{refused}");
    }
}
