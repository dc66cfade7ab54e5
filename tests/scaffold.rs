//! `pathways init --city`: a new city's folder, from the scaffold to its first night.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use crate::scratch::{Said, pathways, repository};

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn run(arguments: &[&str], folder: &Path) -> Said {
    let config = folder.join("city.toml");
    let mut all = arguments.to_vec();
    all.extend(["--config", text(&config)]);
    pathways(&all)
}

/// Slugs of the list, as anybody reads them there.
fn slugs() -> Vec<String> {
    let list = fs::read_to_string(repository().join("configs/cities.toml")).expect("the list");
    let ids = list.lines().filter_map(|line| line.strip_prefix("id = \""));
    ids.map(|id| id.trim_end_matches('"').to_owned()).collect()
}

#[test]
fn all_cities_scaffold_a_folder_that_is_ready_but_for_keys_and_sources() {
    let slugs = slugs();
    assert_eq!(slugs.len(), 24);
    for slug in &slugs {
        let place = TempDir::new().expect("a folder");
        let folder = place.path().join("city");
        let said = pathways(&["init", "--city", slug, "--into", text(&folder)]);
        assert_eq!(said.code, 0, "{slug}: {said:?}");
        let said = run(&["check"], &folder);
        assert_eq!(said.code, 12, "{slug}: {said:?}");
        assert_eq!(
            said.out.lines().last(),
            Some("ready but for keys, sources, the budget's reason"),
            "{slug}: {said:?}"
        );
        let mode = fs::metadata(folder.join("keys")).expect("a folder").permissions().mode();
        assert_eq!(mode & 0o077, 0, "nobody else enters the keys");
    }
}

#[test]
fn a_scaffold_overwrites_nothing_and_an_unknown_city_is_told_the_known_ones() {
    let place = TempDir::new().expect("a folder");
    let folder = place.path().join("city");
    let slug = &slugs()[0];
    let scaffold = || pathways(&["init", "--city", slug, "--into", text(&folder)]);
    assert_eq!(scaffold().code, 0);
    fs::write(folder.join("city.toml"), "mine").expect("written");
    let said = scaffold();
    assert!(said.code == 2 && said.err.contains("something here already"), "{said:?}");
    assert_eq!(fs::read_to_string(folder.join("city.toml")).expect("a file"), "mine");
    let said = pathways(&["init", "--city", "us-xx-nowhere", "--into", text(&place.path().join("other"))]);
    assert!(
        said.code == 2 && said.err.contains("us-xx-nowhere") && said.err.contains(slug.as_str()),
        "{said:?}"
    );
    assert!(!place.path().join("other").exists());
    assert_eq!(pathways(&["init"]).code, 2);
}

#[test]
fn a_scaffold_becomes_a_night() {
    let place = TempDir::new().expect("a folder");
    let folder = place.path().join("city");
    let slug = "us-mn-minneapolis";
    assert_eq!(pathways(&["init", "--city", slug, "--into", text(&folder)]).code, 0);
    // The budget's reason holds the run up, whatever else is there.
    let said = run(&["run"], &folder);
    assert!(said.code == 4 && said.err.contains("budget.reason"), "{said:?}");
    for side in ["agency", "hub"] {
        assert_eq!(run(&["keys", "make", "--for", side, "--epoch", "2026"], &folder).code, 0);
    }
    assert_eq!(run(&["init"], &folder).code, 0);
    let raw = repository().join("sample_data").join(slug).join("homeless_services");
    let said = pathways(&[
        "encode",
        "--profile",
        text(&folder.join("profiles/hmis.toml")),
        "--input",
        text(&raw),
        "--city",
        slug,
        "--keys",
        text(&folder.join("keys").join(slug).join("agency")),
        "--out",
        text(&folder.join("inbox/homeless_services")),
    ]);
    assert!(matches!(said.code, 0 | 3), "{said:?}");
    let config = folder.join("city.toml");
    let filled =
        fs::read_to_string(&config).expect("a file").replace("reason = \"\"", "reason = \"A test.\"");
    fs::write(&config, filled).expect("written");
    // Both sides lie on one machine here, which `check` does not leave unsaid.
    let said = run(&["check"], &folder);
    assert_eq!((said.code, said.out.lines().last()), (0, Some("ready, with a warning")), "{said:?}");
    let said = run(&["run"], &folder);
    assert!(matches!(said.code, 0 | 3), "rehearsed until its report date: {said:?}");
    assert!(!folder.join("out/city=us-mn-minneapolis").exists(), "nothing is released before its day");
}

#[test]
fn a_profile_is_checked_alone_and_a_wrong_one_says_where() {
    let place = TempDir::new().expect("a folder");
    let shipped = repository().join("schemas/sources/hotline.toml");
    let said = pathways(&["check", "--profile", text(&shipped)]);
    assert_eq!((said.code, said.out.lines().last()), (0, Some("ready")), "{said:?}");
    assert!(said.out.contains("tokens, keyed, of: ") && said.out.contains("stays: "), "{said:?}");
    let wrong = place.path().join("wrong.toml");
    let profile =
        fs::read_to_string(&shipped).expect("a profile").replace("kind = \"need\"", "kind = \"needs\"");
    fs::write(&wrong, profile).expect("written");
    let said = pathways(&["check", "--profile", text(&shipped), "--profile", text(&wrong)]);
    assert_eq!((said.code, said.out.lines().last()), (2, Some("something would fail tonight")), "{said:?}");
    assert!(
        said.out.contains("wrong.toml") && said.out.contains("line ") && said.out.contains("needs"),
        "{said:?}"
    );
    assert_eq!(pathways(&["check"]).code, 2, "neither a configuration nor a profile");
}
