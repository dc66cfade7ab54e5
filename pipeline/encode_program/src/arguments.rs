//! What is typed.

use std::path::PathBuf;

use clap::Args;
use domain::CityId;

/// Arguments of an encoding.
#[derive(Debug, Args)]
pub struct EncodeArguments {
    /// Source profile (`schemas/sources/*.toml`).
    #[arg(long)]
    pub profile: PathBuf,
    /// The raw export: a file, a folder of files, or a zip archive of one.
    #[arg(long)]
    pub input: PathBuf,
    /// The city's slug, for example `us-il-chicago`.
    #[arg(long, value_parser = city)]
    pub city: CityId,
    /// The agency's key folder: `linkage.key` and `<source>.key`.
    #[arg(long)]
    pub keys: PathBuf,
    /// Folder of the extract; replaced as a whole when the encoding succeeds.
    #[arg(long)]
    pub out: PathBuf,
}

fn city(text: &str) -> Result<CityId, String> {
    CityId::new(text).map_err(|error| error.to_string())
}
