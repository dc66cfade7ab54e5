//! `pathways check`: what would fail tonight.

use std::collections::BTreeSet;
use std::path::Path;

use agency::Profile;
use domain::{CityConfig, Config, Detail, PullConfig, ReleaseConfig, SourceConfig};
use hub::{HubKey, check_manifest};
use release::Ledger;
use seal::OpeningKeys;
use transport::look;

use crate::anchor::holds_published;
use crate::calendar::{Agenda, Revise, Turn, first_key, not_expired, today};
use crate::changed_since::changed_since;
use crate::city_ledger::{ledger_failure, open_ledger, published_folder};
use crate::command::CheckArguments;
use crate::configuration::{read_config, reasoned};
use crate::detail::detail;
use crate::failure::{Class, Failure, Outcome, unwritable};
use crate::key_folder::KeyFolder;
use crate::keys_command::expected_key;
use crate::plan::plan_release;
use crate::pull::verifying_keys;
use crate::terminal::{out, thousands};

/// What every new city lacks.
const KEYS: &str = "keys";
const LEDGER: &str = "a ledger (pathways init --config)";

/// Below this much free space a night may not get to its end.
const LEAST_FREE_BYTES: u64 = 2 << 30;

pub(crate) fn check(arguments: &CheckArguments) -> Result<Outcome, Failure> {
    let mut findings = Findings { worst: Outcome::Done, lacking: BTreeSet::new(), warned: false };
    if !arguments.profile.is_empty() {
        out("profiles");
    }
    for profile in &arguments.profile {
        let said = read_profile(profile).map(|profile| in_a_line(&profile) + &line_by_line(&profile));
        findings.add("profile", said);
    }
    if let Some(config) = &arguments.config {
        check_config(&read_config(config)?, &mut findings);
    }
    out(&findings.verdict());
    Ok(findings.worst)
}

fn check_config(config: &Config, findings: &mut Findings) {
    out("configuration");
    findings.add("rules", Ok(format!("{} cities", config.cities.len())));
    findings.add("budget", reasoned(config));
    for city in &config.cities {
        if let Some(text) = large_delta(config.budget.delta, city) {
            findings.warn("delta", &text);
        }
    }
    for release in &config.releases {
        findings.add("tables", planned(config, release));
    }
    for folder in [&config.out, &config.work] {
        findings.add("disk", disk(folder));
    }
    for city in &config.cities {
        out(&city.name);
        for profile in city.sources.iter().filter_map(|source| source.profile.as_ref()) {
            findings.add("profile", read_profile(profile).map(|profile| in_a_line(&profile)));
        }
        check_city(config, city, findings);
    }
}

fn read_profile(path: &Path) -> Result<Profile, Failure> {
    Profile::read(path).map_err(crate::encode::failure)
}

/// What a profile would let out, below its line.
fn line_by_line(profile: &Profile) -> String {
    profile.leaving().iter().fold(String::new(), |text, line| text + "\n        " + line)
}

/// What a profile makes of an export, and what it lets out.
fn in_a_line(profile: &Profile) -> String {
    let rules: usize = profile.files.iter().map(|file| file.events.len()).sum();
    let system =
        profile.system.map_or("no system yet, and encode needs one".to_owned(), |system| system.to_string());
    let leaves = match &profile.sharing {
        None => "[sharing] is missing, and encode needs it".to_owned(),
        Some(sharing) => {
            format!("lets out dates by {} to {}", sharing.date_precision, sharing.purposes.join(" and "))
        }
    };
    format!(
        "{}: {system}; {} files, {rules} event rules, {} breakdowns; {leaves}",
        profile.source,
        profile.files.len(),
        profile.demographics.len()
    )
}

struct Findings {
    worst: Outcome,
    /// What a new city still lacks, and nothing is wrong with; `None` among it for whatever else failed.
    lacking: BTreeSet<Option<&'static str>>,
    warned: bool,
}

impl Findings {
    /// Something that a night would survive, and people should not leave as it is.
    fn warn(&mut self, what: &str, text: &str) {
        self.warned = true;
        out(&format!("  WARN  {what:<12} {text}"));
    }

    fn add(&mut self, what: &str, finding: Result<String, Failure>) {
        match finding {
            Ok(text) => out(&format!("  ok    {what:<12} {text}")),
            Err(failure) => {
                out(&format!("  FAIL  {what:<12} {failure}"));
                self.lacking.insert(match (what, failure.class) {
                    (_, Class::Key) => Some(KEYS),
                    (_, Class::NotInitialised) => Some(LEDGER),
                    ("source", _) => Some("sources"),
                    ("budget", _) => Some("the budget's reason"),
                    _ => None,
                });
                self.worst = self.worst.max(Outcome::Failed(failure.class));
            }
        }
    }

    /// The last line: a night that is ready, a new city that lacks what every new one lacks, or what would fail.
    fn verdict(&self) -> String {
        let named: Vec<&str> = self.lacking.iter().copied().flatten().collect();
        let is_new = named.contains(&KEYS) || named.contains(&LEDGER);
        match self.worst {
            Outcome::Failed(_) if is_new && !self.lacking.contains(&None) => {
                format!("ready but for {}", named.join(", "))
            }
            Outcome::Failed(_) if named.is_empty() => "something would fail tonight".to_owned(),
            Outcome::Failed(_) => format!("something would fail tonight: {}", named.join(", ")),
            _ if self.warned => "ready, with a warning".to_owned(),
            _ => "ready".to_owned(),
        }
    }
}

fn check_city(config: &Config, city: &CityConfig, findings: &mut Findings) {
    let folder = KeyFolder::of(&config.keys, &city.id);
    let places = [config.work.join(city.id.as_str()), published_folder(config, city)];
    let keys = folder.ledger().parent().map(Path::to_owned);
    for place in places.into_iter().chain(keys) {
        findings.add("place", writable(&place));
    }
    let made_by_run = |failure: Failure| {
        if config.demo && matches!(failure.class, Class::Key | Class::NotInitialised | Class::Gate) {
            Ok("not made yet; a demonstration's run makes it".to_owned())
        } else {
            Err(failure)
        }
    };
    let hub = HubKey::read(&folder.hub(), &city.id)
        .map(|key| format!("fingerprint {}", key.fingerprint()))
        .map_err(Failure::from);
    findings.add("hub key", hub.or_else(made_by_run));
    if city.sources.iter().any(|source| source.pull.is_some()) {
        let opening = OpeningKeys::read(&folder.opening(), &city.id)
            .map(|keys| format!("agencies seal to {}", keys.recipient()));
        findings.add("opening key", opening.map_err(Failure::from).or_else(made_by_run));
    }
    if let Some(text) = custody(config, &folder) {
        findings.warn("custody", &text);
    }
    let ledger = open_ledger(config, city).and_then(|ledger| {
        holds_published(&ledger, &published_folder(config, city))?;
        Ok(ledger)
    });
    match ledger {
        Err(failure) => findings.add("ledger", made_by_run(failure)),
        Ok(ledger) => {
            findings.add("ledger", whole(config, &ledger));
            findings.add("calendar", calendar(config, &ledger));
            for release in &config.releases {
                let stored = ledger.stored(first_key(release)).ok().flatten();
                if let Some(text) = stored.and_then(|stored| changed_since(config, city, release, &stored)) {
                    findings.warn("release", &text);
                }
            }
        }
    }
    match expected_key(&folder) {
        Err(failure) => {
            findings.add("linkage key", made_by_run(failure));
            for source in city.sources.iter().filter(|source| !config.demo && !source.extract.exists()) {
                let place = source.extract.display();
                let rule =
                    format!("{}: {place}: no extract has arrived; encode one and put it there", source.name);
                findings.add("source", Err(Failure::new(Class::Gate, rule)));
            }
        }
        Ok(expected) => {
            findings.add(
                "linkage key",
                Ok(format!("epoch {}, fingerprint {}", expected.epoch, expected.fingerprint)),
            );
            for source in &city.sources {
                if let Some(pull) = &source.pull {
                    findings.add("source", reachable(source, pull));
                    continue;
                }
                let arrived = check_manifest(source, &expected)
                    .map(|manifest| {
                        let rows = manifest.people.rows + manifest.events.rows;
                        format!("{}: an extract of {} rows", source.name, thousands(rows))
                    })
                    .map_err(|refusal| Failure::new(Class::Gate, refusal));
                findings.add("source", arrived.or_else(made_by_run));
            }
        }
    }
}

/// Whether a sealed extract is there to be pulled; looks, and pulls nothing.
fn reachable(source: &SourceConfig, pull: &PullConfig) -> Result<String, Failure> {
    verifying_keys(source, pull)?;
    let seen =
        look(pull).map_err(|failure| Failure::new(Class::Gate, format!("{}: {failure}", source.name)))?;
    Ok(format!("{}: a sealed extract of {} bytes is there", source.name, thousands(seen.bytes)))
}

/// What the hub's machine should not hold: with the agencies' key beside its own, it could test guesses.
fn custody(config: &Config, folder: &KeyFolder) -> Option<String> {
    let linkage = folder.linkage();
    (!config.demo && linkage.exists()).then(|| {
        format!(
            "{}: the agencies' linkage key lies on this machine, so the hub could test guesses against its tokens; move it to an \
             agency, and destroy this copy with `pathways keys destroy`",
            linkage.display()
        )
    })
}

/// A δ that is allowed, and larger than anybody recommends.
fn large_delta(delta: f64, city: &CityConfig) -> Option<String> {
    let people = city.population.filter(|people| delta * f64::from(*people) > 0.1)?;
    Some(format!(
        "budget.delta = {delta:e} is more than a tenth of 1 over the {} people of {}; take the next lower power of ten",
        thousands(u64::from(people)),
        city.id
    ))
}

fn whole(config: &Config, ledger: &Ledger) -> Result<String, Failure> {
    let years: BTreeSet<i32> = config.releases.iter().map(|release| release.period.year()).collect();
    let mut costs = Vec::new();
    for year in years {
        costs.push(format!(
            "{year} has cost rho {:.6}",
            ledger.spent(year).map_err(ledger_failure)?.rho_spent
        ));
    }
    Ok(format!("the chain is whole; {}", costs.join(", ")))
}

fn planned(config: &Config, release: &ReleaseConfig) -> Result<String, Failure> {
    let (_, plan) = plan_release(config, release, Detail::Full)?;
    Ok(format!("{}: {} tables at rho {:.6}", release.period, plan.workload().tables().len(), plan.rho()))
}

/// What tonight is for each release of a city.
fn calendar(config: &Config, ledger: &Ledger) -> Result<String, Failure> {
    let agenda = Agenda::of(config, ledger, today(), Revise::No)?;
    agenda.clock?;
    let (mut turns, mut tonight) = (Vec::new(), Vec::new());
    for item in &agenda.items {
        let period = item.release.period;
        turns.push(match item.turn {
            Turn::Finished => format!("{period} is finished"),
            Turn::Waits => format!("{period} waits for {}", item.release.report_date),
            Turn::Due | Turn::Revised => {
                not_expired(config, ledger, item.key.year, today())?;
                let detail = detail(config, ledger, item.release)?.detail;
                let (caps, plan) = plan_release(config, item.release, detail)?;
                ledger.fits(item.key, &plan, caps, &tonight).map_err(ledger_failure)?;
                tonight.push((item.key.year, plan.rho()));
                format!("{period} is due")
            }
        });
    }
    Ok(turns.join(", "))
}

/// The nearest folder above that is there.
fn nearest(folder: &Path) -> &Path {
    let there = folder.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
    if there.as_os_str().is_empty() { Path::new(".") } else { there }
}

/// Whether a night may write where it has to.
fn writable(folder: &Path) -> Result<String, Failure> {
    let there = nearest(folder);
    let refuse = |why: String| Err(unwritable(there, why));
    if !there.is_dir() {
        return refuse("not a folder".to_owned());
    }
    match nix::unistd::access(there, nix::unistd::AccessFlags::W_OK | nix::unistd::AccessFlags::X_OK) {
        Ok(()) => Ok(format!("{}: can be written", folder.display())),
        Err(error) => refuse(error.desc().to_owned()),
    }
}

fn disk(folder: &Path) -> Result<String, Failure> {
    let there = nearest(folder);
    let free = nix::sys::statvfs::statvfs(there)
        .map(|stat| stat.blocks_available() * stat.fragment_size())
        .map_err(|error| Failure::internal(format!("{}: {error}", folder.display())))?;
    if free < LEAST_FREE_BYTES {
        return Err(Failure::internal(format!(
            "{}: {} MiB are free, and a night wants 2,048; free some space",
            folder.display(),
            thousands(free >> 20)
        )));
    }
    Ok(format!("{}: {} MiB free", folder.display(), thousands(free >> 20)))
}
