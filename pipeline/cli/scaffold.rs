//! `pathways init --city`: the configuration of one city, for its steward to fill in.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};
use domain::CityId;

use crate::calendar::today;
use crate::eligible_cities::{EligibleCity, eligible_city};
use crate::failure::{Failure, Outcome};
use crate::key_folder::KeyFolder;
use crate::lock::private_folder;
use crate::terminal::out;

const CONFIGURATION: &str = include_str!("../../configs/scaffold/city.toml");
const STEPS: &str = include_str!("../../configs/scaffold/README.md");

/// Keys and exact counts stay out of version control, whatever a steward adds.
const IGNORED: &str = "keys/\nwork/\ninbox/\n";

/// A shipped profile: file name and text.
macro_rules! profiles {
    ($($name:literal),* $(,)?) => {
        [$((concat!($name, ".toml"), include_str!(concat!("../../schemas/sources/", $name, ".toml")))),*]
    };
}

/// The shipped profiles, copied so that each agency changes its own.
const PROFILES: [(&str, &str); 12] = profiles![
    "hmis",
    "housing",
    "public_health",
    "human_services",
    "child_welfare",
    "labor_enforcement",
    "legal_services",
    "immigration_services",
    "law_enforcement",
    "criminal_justice",
    "hotline",
    "community_provider",
];

/// Writes the folder of a city; one that holds anything already is left alone.
pub(crate) fn scaffold(id: &CityId, into: Option<&Path>) -> Result<Outcome, Failure> {
    let city = eligible_city(id)?;
    let folder = into.map_or_else(|| PathBuf::from(id.as_str()), Path::to_owned);
    if fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some()) || folder.is_file() {
        return Err(Failure::usage(format!(
            "{}: there is something here already; name a new or empty folder with --into",
            folder.display()
        )));
    }
    let profiles = folder.join("profiles");
    fs::create_dir_all(&profiles).map_err(Failure::io(&profiles))?;
    for (name, text) in PROFILES {
        write(&profiles.join(name), text)?;
    }
    let keys = KeyFolder::of(&folder.join("keys"), id);
    private_folder(&folder.join("keys"))?;
    private_folder(&keys.agency())?;
    keys.hub().parent().map_or(Ok(()), private_folder)?;
    write(&folder.join(".gitignore"), IGNORED)?;
    write(&folder.join("README.md"), &filled(STEPS, &city, today()))?;
    // Last: a folder with a configuration is a whole one.
    let configuration = folder.join("city.toml");
    write(&configuration, &filled(CONFIGURATION, &city, today()))?;
    out(&format!(
        "{}: wrote {}; the steps are in {}",
        city.name,
        configuration.display(),
        folder.join("README.md").display()
    ));
    Ok(Outcome::Done)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(Failure::io(path))
}

/// Fills a template in: the running year is released by the middle of the next one.
fn filled(template: &str, city: &EligibleCity, today: NaiveDate) -> String {
    let year = today.year();
    template
        .replace("{{id}}", city.id.as_str())
        .replace("{{name}}", &city.name)
        .replace("{{population}}", &city.population.to_string())
        .replace("{{delta}}", &city.delta())
        .replace("{{year}}", &year.to_string())
        .replace("{{report_date}}", &format!("{}-06-30", year + 1))
        .replace("{{revision_date}}", &format!("{}-12-31", year + 1))
}

#[cfg(test)]
mod tests {
    use domain::{Config, System, Word};

    use super::*;
    use crate::eligible_cities::eligible_cities;

    #[test]
    fn every_citys_configuration_reads_with_its_comments_and_without() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 1).expect("a date");
        for city in eligible_cities().expect("a list") {
            let text = filled(CONFIGURATION, &city, day);
            assert!(!text.contains("{{"), "{}", city.id);
            let config = Config::parse(&text, Path::new("a/city.toml")).expect("it reads");
            assert_eq!(config.cities[0].id, city.id);
            assert_eq!(config.budget.reason.as_deref(), Some(""), "for the city to say");
            // Uncommented, every system has a source, and its name is a shipped profile's.
            let whole = text.replace("\n# [[city.source]]", "\n[[city.source]]");
            let whole: Vec<&str> = whole
                .lines()
                .map(|line| match line.strip_prefix("# ") {
                    Some(entry)
                        if ["name =", "system =", "extract ="].iter().any(|key| entry.starts_with(key)) =>
                    {
                        entry
                    }
                    _ => line,
                })
                .collect();
            let config = Config::parse(&whole.join("\n"), Path::new("a/city.toml")).expect("it reads whole");
            let sources = &config.cities[0].sources;
            assert_eq!(sources.len(), PROFILES.len());
            for system in System::ALL {
                assert!(sources.iter().any(|source| source.system == *system), "{system}");
            }
        }
    }

    #[test]
    fn every_shipped_profile_is_copied() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/sources");
        let shipped =
            fs::read_dir(folder).expect("profiles").filter_map(Result::ok).map(|entry| entry.path());
        let mut shipped: Vec<String> = shipped
            .filter(|path| path.extension().is_some_and(|e| e == "toml"))
            .map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned())
            .collect();
        shipped.sort();
        let mut copied: Vec<&str> = PROFILES.iter().map(|(name, _)| *name).collect();
        copied.sort_unstable();
        assert_eq!(copied, shipped);
    }
}
