//! A private release becomes files that evaluators load and a page that funders read.
//!
//! ```text
//!   release::Release
//!      ├─ tidy ──── sheet ──┬─ tables/*.parquet, tables/*.csv, measurements.parquet
//!      │            schema ─┴─ dictionary.csv, datapackage.json   (one description of every column)
//!      ├─ statement, readme ── release.json, README.md
//!      ├─ page_* ───────────── dashboard.html                      (self-contained)
//!      └─ city_release ─────── SHA256SUMS ─ folder: partial folder, fsync, rename
//! ```
//!
//! Everything here is post-processing: the crate can name nothing but what a ledger has already
//! charged. The same release gives the same bytes; no clock and no random number is read.

mod categories;
mod city_release;
mod csv_file;
mod datapackage;
mod dictionary;
mod differences;
mod error;
mod folder;
mod layout;
mod notes;
mod page;
mod page_about;
mod page_chart;
mod page_city;
mod page_explore;
mod page_figures;
mod page_finding;
mod page_headline;
mod page_overview;
mod page_style;
mod page_text;
mod page_view;
mod parquet_file;
mod readme;
mod revised;
mod schema;
mod sheet;
mod statement;
mod tidy;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod page_tests;
#[cfg(test)]
mod publish_tests;
#[cfg(test)]
mod tests;

pub use city_release::{Published, PublishedFile, is_published, overview_path, publish, publish_overview};
pub use error::PublishError;
pub use folder::Outcome;
