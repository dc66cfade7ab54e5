//! Writes the sample cities: `cargo run --release -p pathways-simulate --example sample [folder]`.

use std::path::PathBuf;

fn main() -> Result<(), simulate::SimulateError> {
    let out = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("sample_data"), PathBuf::from);
    simulate::write_sample(&out).map(|_| ())
}
