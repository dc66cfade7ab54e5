//! A scratch city on disk, and the program run against it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

/// The six sources that the simulator writes: name, system, profile.
pub(crate) const SOURCES: [(&str, &str); 6] = [
    ("homeless_services", "hmis"),
    ("public_health", "public_health"),
    ("human_services", "human_services"),
    ("labor_enforcement", "labor_enforcement"),
    ("legal_services", "legal_services"),
    ("law_enforcement", "law_enforcement"),
];

/// The further sources that it writes on demand: name, system, profile.
pub(crate) const FURTHER: [(&str, &str, &str); 6] = [
    ("housing", "housing", "housing"),
    ("child_welfare", "human_services", "child_welfare"),
    ("immigration_services", "immigration_services", "immigration_services"),
    ("criminal_justice", "criminal_justice", "criminal_justice"),
    ("hotline", "hotline", "hotline"),
    ("community_provider", "community_provider", "community_provider"),
];

/// The repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder with a demonstration's configuration of one or more small cities.
pub(crate) struct Scratch {
    folder: TempDir,
}

/// What the program said and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Scratch {
    /// A configuration of `cities`, each of `people` fictitious people.
    pub(crate) fn new(cities: &[&str], people: u32) -> Self {
        let scratch = Self { folder: TempDir::new().expect("a folder") };
        fs::write(scratch.config(), configuration(cities, people)).expect("written");
        scratch
    }

    /// Adds the further sources to a configuration of one city.
    pub(crate) fn add_further_sources(&self, city: &str) {
        let mut text = fs::read_to_string(self.config()).expect("configuration");
        for (source, system, profile) in FURTHER {
            text.push_str(&source_entry(city, source, system, profile));
        }
        fs::write(self.config(), text).expect("written");
    }

    pub(crate) fn path(&self, inner: &str) -> PathBuf {
        self.folder.path().join(inner)
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.path("city.toml")
    }

    /// Changes the configuration's text.
    pub(crate) fn edit_config(&self, from: &str, to: &str) {
        let text = fs::read_to_string(self.config()).expect("configuration");
        assert!(text.contains(from), "the configuration has no {from:?}");
        fs::write(self.config(), text.replace(from, to)).expect("written");
    }

    /// Puts another calendar in the place of `[release]`.
    pub(crate) fn replace_release(&self, releases: &str) {
        let text = fs::read_to_string(self.config()).expect("configuration");
        let (_, rest) = text.split_once("[release]").expect("a release");
        let head = text[..text.len() - rest.len() - "[release]".len()].trim_end_matches('[');
        let (_, cities) = rest.split_once("[simulate]").expect("a demonstration");
        fs::write(self.config(), format!("{head}{releases}\n[simulate]{cities}")).expect("written");
    }

    /// Turns the demonstration into a hub's own configuration: extracts only, nothing is made.
    pub(crate) fn as_a_real_hub(&self) {
        let text = fs::read_to_string(self.config()).expect("configuration");
        let mut kept = String::new();
        let mut simulate = false;
        for line in text.lines() {
            simulate = if line.starts_with('[') { line == "[simulate]" } else { simulate };
            let agency =
                line.starts_with("raw =") || line.starts_with("profile =") || line.starts_with("demo =");
            if !simulate && !agency {
                kept.push_str(line);
                kept.push('\n');
            }
        }
        fs::write(self.config(), kept).expect("written");
    }

    /// Runs a subcommand with `--config`.
    pub(crate) fn run(&self, subcommand: &str) -> Said {
        let config = self.config();
        pathways(&[subcommand, "--config", config.to_str().expect("UTF-8")])
    }

    /// Runs `encode` with a city's own keys (or with those of another, which is refused).
    pub(crate) fn encode(&self, profile: &str, input: &Path, city: &str, keys_of: &str, out: &str) -> Said {
        let text = |path: PathBuf| path.to_str().expect("UTF-8").to_owned();
        let profile = text(repository().join(format!("schemas/sources/{profile}.toml")));
        let (keys, out) = (text(self.path(&format!("keys/{keys_of}/agency"))), text(self.path(out)));
        let input = text(input.to_owned());
        pathways(&[
            "encode",
            "--profile",
            &profile,
            "--input",
            &input,
            "--city",
            city,
            "--keys",
            &keys,
            "--out",
            &out,
        ])
    }

    /// Where a city's release lies.
    pub(crate) fn release(&self, city: &str) -> PathBuf {
        self.path(&format!("out/city={city}/period=2025-year"))
    }

    /// All files below `inner` with their bytes.
    pub(crate) fn files(&self, inner: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        collect(&self.path(inner), &mut found);
        found
    }
}

/// The program, to be run from the repository.
pub(crate) fn pathways_command() -> std::process::Command {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("pathways"));
    command.current_dir(repository());
    command
}

/// Runs the program.
pub(crate) fn pathways(arguments: &[&str]) -> Said {
    let output = Command::cargo_bin("pathways")
        .expect("the program is built")
        .args(arguments)
        .current_dir(repository())
        .output()
        .expect("it ran");
    Said {
        code: output.status.code().expect("it was not killed"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

fn configuration(cities: &[&str], people: u32) -> String {
    let mut text = format!(
        "demo = true\nout = \"out\"\nwork = \"work\"\nkeys = \"keys\"\n\n[budget]\nepsilon = 4.0\ndelta = 1e-6\nreason = \"A test.\"\n\n\
         [release]\nperiod = \"2025\"\nreport_date = \"2026-06-30\"\nshare = 1.0\nobjective = \"total_variance\"\n\n\
         [simulate]\npeople = {people}\nseed = 11\ninto = \"raw\"\n"
    );
    for city in cities {
        write!(text, "\n[[city]]\nid = \"{city}\"\nname = \"Testville\"\n").expect("a String takes all");
        for (source, profile) in SOURCES {
            text.push_str(&source_entry(city, source, source, profile));
        }
    }
    text
}

fn source_entry(city: &str, source: &str, system: &str, profile: &str) -> String {
    let profiles = repository().join("schemas/sources");
    format!(
        "\n[[city.source]]\nname = \"{source}\"\nsystem = \"{system}\"\nprofile = \"{}/{profile}.toml\"\n\
         raw = \"raw/{city}/{source}\"\nextract = \"extracts/{city}/{source}\"\n",
        profiles.display(),
    )
}

/// All files below a folder with their bytes.
pub(crate) fn collect(path: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(path) else { return };
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            let bytes = fs::read(&path).expect("readable");
            found.insert(path, bytes);
        }
    }
}

/// The folder of real sample data, or `None` with a word on stderr where it is absent. Under
/// `CI=true` its absence is a failure.
pub(crate) fn shared_data() -> Option<PathBuf> {
    let folder = repository().join("../shared/data");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "../shared/data is absent, and CI needs it");
    std::io::Write::write_all(&mut std::io::stderr(), b"LEFT OUT: ../shared/data is absent\n")
        .expect("stderr");
    None
}
