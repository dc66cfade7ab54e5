//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::CityId;
use encode_program::EncodeArguments;

/// Private maps of the services that survivors of trafficking need and do not get.
///
/// Agencies encode their records to keyed tokens; a city's hub links them, counts unmet needs and
/// publishes figures that tell on nobody. Exit codes: 0 done; 1 internal; 2 usage or
/// configuration; 3 done with rows set aside; 4 a gate failed, nothing published; 5 budget
/// exhausted; 10 not initialised; 11 locked; 12 key missing or refused; 13 a ledger altered, cut, put
/// back or another city's.
#[derive(Debug, Parser)]
#[command(name = "pathways", version, max_term_width = 100)]
pub(crate) struct Pathways {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the night: pull, check and link every city; measure, release and publish what is due, rehearse what is not.
    Run(RunArguments),
    /// At an agency: turn a raw export into an extract of keyed tokens and coded events.
    Encode(EncodeArguments),
    /// At an agency: sign an extract and encrypt it to the hub, into one file that can travel.
    Seal(SealArguments),
    /// Make keys, show their fingerprints, rotate and destroy them.
    Keys(KeysArguments),
    /// Scaffold the configuration of a city, or create the ledgers of a configuration's cities, once.
    Init(InitArguments),
    /// Tell what would fail tonight: configuration, keys, sources, ledger, disk, calendar. Or read source profiles alone.
    Check(CheckArguments),
    /// Tell what would be released when, how exact, at what cost, and what promised errors take; reads no data.
    Plan(PlanArguments),
    /// Show what each city's privacy years have cost.
    Budget(ConfigArguments),
    /// Compare a table of two releases, of two cities or two periods; costs nothing.
    Compare(CompareArguments),
    /// Show a steward what nights found; exact counts, not for publication.
    #[command(subcommand)]
    Report(ReportCommand),
    /// Write a fictitious city's raw exports, with the truth beside them.
    Simulate(SimulateArguments),
    /// Measure accuracy against a known truth.
    #[command(subcommand)]
    Evaluate(EvaluateCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Linkage: records by agency, linked share, expected errors, evidence, refusals.
    Linkage(ConfigArguments),
    /// Quality: what changed in the sources since earlier nights, in three tiers; tells where the page is.
    Quality(ConfigArguments),
}

#[derive(Debug, Subcommand)]
pub(crate) enum EvaluateCommand {
    /// Linkage: records with a truth column, through the same code as `encode` and the hub.
    Linkage(EvaluateLinkageArguments),
    /// Stability: how many person rows change when one human's records are taken away.
    Stability(EvaluateStabilityArguments),
    /// Attack: what an adversary gains from the hub's tokens, without the keys or with wrong ones.
    Attack(EvaluateAttackArguments),
    /// Release: a person table, through the same code as a real release, many times over.
    Release(EvaluateReleaseArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ConfigArguments {
    /// Configuration file.
    #[arg(long)]
    pub(crate) config: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// Configuration file.
    #[arg(long, required_unless_present = "profile")]
    pub(crate) config: Option<PathBuf>,
    /// Source profile to read, without an export or keys; repeat for several.
    #[arg(long)]
    pub(crate) profile: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// Configuration file: create the ledgers of its cities.
    #[arg(long, required_unless_present = "city", conflicts_with_all = ["city", "into"])]
    pub(crate) config: Option<PathBuf>,
    /// Scaffold the configuration of this city, by its slug in configs/cities.toml.
    #[arg(long, value_parser = city)]
    pub(crate) city: Option<CityId>,
    /// Where the scaffold goes; a folder named by the slug when absent.
    #[arg(long, requires = "city")]
    pub(crate) into: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// Configuration file.
    #[arg(long)]
    pub(crate) config: PathBuf,
    /// How much of earlier nights linkage builds on.
    #[arg(long, value_enum, default_value_t = RelinkArgument::Changed)]
    pub(crate) relink: RelinkArgument,
    /// Measure the scheduled revisions whose day has come: corrected data, at a cost of their own.
    #[arg(long)]
    pub(crate) revise: bool,
}

/// How much is linked anew, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RelinkArgument {
    /// What changed since the last night.
    Changed,
    /// All records, with the weights of the epoch.
    Records,
    /// All records, with weights estimated anew.
    Weights,
}

impl From<RelinkArgument> for hub::Relink {
    fn from(argument: RelinkArgument) -> Self {
        match argument {
            RelinkArgument::Changed => Self::Changed,
            RelinkArgument::Records => Self::Records,
            RelinkArgument::Weights => Self::Weights,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    /// Configuration file.
    #[arg(long)]
    pub(crate) config: PathBuf,
    /// List every table, not one line a measure and breakdown.
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompareArguments {
    /// Configuration file.
    #[arg(long)]
    pub(crate) config: PathBuf,
    /// The table's name, as `plan --all` lists it.
    #[arg(long)]
    pub(crate) table: String,
    /// The release that is compared, such as `us-il-chicago/2025-q2`.
    #[arg(long, value_name = "CITY/PERIOD")]
    pub(crate) first: String,
    /// The release that it is compared with.
    #[arg(long, value_name = "CITY/PERIOD")]
    pub(crate) second: String,
}

#[derive(Debug, Args)]
pub(crate) struct SealArguments {
    /// The extract's folder, as `encode` wrote it.
    #[arg(long)]
    pub(crate) extract: PathBuf,
    /// The agency's key folder: `<source>.signing.key`.
    #[arg(long)]
    pub(crate) keys: PathBuf,
    /// The hub's recipient (`age1…`), as `pathways keys show` prints it there; public.
    #[arg(long)]
    pub(crate) to: String,
    /// The sealed extract, one file; replaced as a whole.
    #[arg(long)]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct KeysArguments {
    #[command(subcommand)]
    pub(crate) action: KeysAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysAction {
    /// Make what is missing of a configuration's keys; never overwrites one.
    Make {
        /// Configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Whose keys: each side makes its own on its own machine.
        #[arg(long = "for", value_enum)]
        side: Side,
        /// An agency's own source, whose record and signing keys are made; repeat for several. Without it, all.
        #[arg(long)]
        source: Vec<String>,
        /// Epoch of the new keys, for example `2026`.
        #[arg(long, value_parser = epoch)]
        epoch: String,
    },
    /// Show kinds, epochs, fingerprints and public keys; never a secret.
    Show {
        /// Configuration file.
        #[arg(long)]
        config: PathBuf,
    },
    /// Make a key of a new epoch in the place of one; the old one is kept aside as retired.
    Rotate {
        #[command(flatten)]
        key: KeyArguments,
        /// Epoch of the new key, for example `2027`; one that was never used.
        #[arg(long, value_parser = epoch)]
        epoch: String,
    },
    /// Overwrite and remove a key, for good. Asks for its fingerprint, so that none goes by slip.
    Destroy {
        #[command(flatten)]
        key: KeyArguments,
        /// Epoch of a retired key; without it the current one.
        #[arg(long, value_parser = epoch)]
        epoch: Option<String>,
        /// The key's fingerprint, where nobody is there to type it.
        #[arg(long)]
        fingerprint: Option<String>,
    },
}

/// Which key.
#[derive(Debug, Args)]
pub(crate) struct KeyArguments {
    /// Configuration file.
    #[arg(long)]
    pub(crate) config: PathBuf,
    /// Which key.
    #[arg(long, value_enum)]
    pub(crate) key: KeyChoice,
    /// Whose record or signing key.
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// Which city's, where the configuration has several.
    #[arg(long, value_parser = city)]
    pub(crate) city: Option<CityId>,
}

/// A key that can be rotated and destroyed. The ledger's key is none: it goes with its ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyChoice {
    /// The agencies': makes tokens.
    Linkage,
    /// An agency's own: makes record ids.
    Record,
    /// An agency's own: signs sealed extracts.
    Signing,
    /// The hub's: re-keys tokens.
    Hub,
    /// The hub's: opens sealed extracts.
    Opening,
}

/// Who holds a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Side {
    /// The city's agencies: the linkage key, their record and signing keys, and the fingerprint for the hub.
    Agency,
    /// The hub: the hub key, the opening key and the ledger key.
    Hub,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Noise {
    /// None: what linkage can at best do.
    None,
    /// A fifth of the usual errors.
    Clean,
    /// Usual rates.
    Default,
    /// Several times the usual rates.
    Dirty,
}

/// Which agencies write, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SourcesArgument {
    /// Homeless services, public health, human services, labor enforcement, legal services, police.
    Six,
    /// Those, housing, child welfare, immigration clinic, courts, hotline and a community provider.
    All,
}

impl From<SourcesArgument> for simulate::Sources {
    fn from(argument: SourcesArgument) -> Self {
        match argument {
            SourcesArgument::Six => Self::Six,
            SourcesArgument::All => Self::All,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct SimulateArguments {
    /// The city's slug; repeat for several.
    #[arg(long, required = true, value_parser = city)]
    pub(crate) city: Vec<CityId>,
    /// People known to at least one agency, up to a million.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) people: u32,
    /// Seed: the same seed gives the same bytes.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many errors the records carry.
    #[arg(long, value_enum, default_value_t = Noise::Default)]
    pub(crate) noise: Noise,
    /// Which agencies write; what the six write is the same either way.
    #[arg(long, value_enum, default_value_t = SourcesArgument::Six)]
    pub(crate) sources: SourcesArgument,
    /// Folder to write to: one folder a city and source, and `truth`.
    #[arg(long)]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct EvaluateLinkageArguments {
    /// `NAME=FILE:PROFILE`; repeat for several sources.
    #[arg(long = "source", required = true, value_name = "NAME=FILE:PROFILE")]
    pub(crate) sources: Vec<String>,
    /// Column of the true person, in every file; read apart and never linked on.
    #[arg(long)]
    pub(crate) truth: String,
    /// Where the report goes.
    #[arg(long)]
    pub(crate) json: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct EvaluateStabilityArguments {
    /// `NAME=FILE:PROFILE`; repeat for several sources.
    #[arg(long = "source", required = true, value_name = "NAME=FILE:PROFILE")]
    pub(crate) sources: Vec<String>,
    /// Column of the true person, in every file; read apart and never linked on.
    #[arg(long)]
    pub(crate) truth: String,
    /// How many humans to take away, each alone and once.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) humans: u32,
    /// Seed: the same seed takes away the same humans.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Where the report goes.
    #[arg(long)]
    pub(crate) json: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct EvaluateAttackArguments {
    /// `NAME=FILE:PROFILE`; repeat for several sources.
    #[arg(long = "source", required = true, value_name = "NAME=FILE:PROFILE")]
    pub(crate) sources: Vec<String>,
    /// What the adversary knows, in the same form; without it the sources themselves, the worst case.
    #[arg(long, value_name = "NAME=FILE:PROFILE")]
    pub(crate) public: Vec<String>,
    /// Where the report goes.
    #[arg(long)]
    pub(crate) json: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct EvaluateReleaseArguments {
    /// Person table: CSV with a column for every attribute, one row a person.
    #[arg(long)]
    pub(crate) persons: PathBuf,
    /// Attributes and tables.
    #[arg(long)]
    pub(crate) tables: PathBuf,
    /// ε of one release.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) epsilon: f64,
    /// δ of one release, usually 1 / (n ln n) of a population of n.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) delta: f64,
    /// How many releases to simulate.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) trials: u32,
    /// What the noise is optimised for.
    #[arg(long, value_enum, default_value_t = ObjectiveArgument::TotalVariance)]
    pub(crate) objective: ObjectiveArgument,
    /// Which estimates are made; unbiased ones alone are quicker by far.
    #[arg(long, value_enum, default_value_t = EstimatesArgument::Both)]
    pub(crate) estimates: EstimatesArgument,
    /// Where the report goes.
    #[arg(long)]
    pub(crate) json: PathBuf,
}

impl From<Noise> for domain::SimulatedErrors {
    fn from(argument: Noise) -> Self {
        match argument {
            Noise::None => Self::None,
            Noise::Clean => Self::Clean,
            Noise::Default => Self::Default,
            Noise::Dirty => Self::Dirty,
        }
    }
}

/// The objective as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum ObjectiveArgument {
    /// Least weighted variance of the unbiased estimates.
    TotalVariance,
    /// A budget split that suits the best estimate.
    BestEstimate,
    /// The smallest greatest weighted variance of a table's cells.
    WorstTable,
}

/// The estimates as they are typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EstimatesArgument {
    /// Unbiased and best.
    Both,
    /// Unbiased alone.
    Unbiased,
}

impl From<EstimatesArgument> for release::Estimates {
    fn from(argument: EstimatesArgument) -> Self {
        match argument {
            EstimatesArgument::Both => Self::Both,
            EstimatesArgument::Unbiased => Self::Unbiased,
        }
    }
}

impl From<ObjectiveArgument> for domain::Objective {
    fn from(argument: ObjectiveArgument) -> Self {
        match argument {
            ObjectiveArgument::TotalVariance => Self::TotalVariance,
            ObjectiveArgument::BestEstimate => Self::BestEstimate,
            ObjectiveArgument::WorstTable => Self::WorstTable,
        }
    }
}

fn epoch(text: &str) -> Result<String, String> {
    keys::check_epoch(text).map(|()| text.to_owned()).map_err(|error| error.to_string())
}

fn city(text: &str) -> Result<CityId, String> {
    CityId::new(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Pathways::command().debug_assert();
    }
}
