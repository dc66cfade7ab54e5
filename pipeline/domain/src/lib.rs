//! The shared words of the project: cities, periods, services, categories, tokens' families,
//! the extract contract, tables and configuration. No I/O beyond parsing text, no secrets.
//!
//! ```text
//!   agency ─┐                       ┌─ release ─ publish
//!           ├─ domain (this crate) ─┤
//!   hub  ───┘                       └─ linkage
//! ```
//!
//! # Glossary
//! - **record**: what one agency holds on one client; **person**: the records that linkage joined.
//! - **token**: a keyed hash over at least two identity fields; **family**: which fields.
//! - **candidate pair**: two records that share a token.
//! - **attribute**: a categorical column of the person table; **marginal**: counts over a set of
//!   attributes; **workload**: the marginals to be published; **residual**: the part of a marginal
//!   that smaller marginals do not tell.
//! - **sensitivity**: how far one person can move an exact answer; **ρ** (`rho`): the zCDP cost.
//! - **cohort**: the days in which a person must enter a measure; **window**: the days after it in
//!   which the outcome is looked for.

mod breakdown;
mod calendar;
mod city;
mod config;
mod event;
mod extract;
mod family_set;
mod host_key;
mod just_two;
mod measure;
mod measure_file;
mod measure_rule;
mod pull_config;
mod quality_config;
mod quarantine;
mod release_config;
mod service;
mod system;
mod tables_config;
mod token;
mod topic;
mod word;
mod workload;

pub use breakdown::{Breakdown, SMALL_CITY, TRAFFICKING_TYPE, age_band};
pub use calendar::{Cohort, Period, PeriodError};
pub use city::{CityId, CityIdError};
pub use config::{
    CityConfig, Config, ConfigError, Objective, Purpose, SimulateConfig, SimulatedErrors, SourceConfig,
};
pub use event::{Answer, DatePrecision, EventKind, Exploitation, ReferralResult, ScreeningQuestion};
pub use extract::{
    Column, ColumnKind, EVENT_COLUMNS, EXTRACT_VERSION, FileEntry, Manifest, PEOPLE_COLUMNS, RowsRead,
    TOKEN_SCHEME, token_column,
};
pub use family_set::FamilySet;
pub use measure::Measure;
pub use measure_file::{LevelFile, MeasureError, MeasureFile};
pub use measure_rule::{Looks, MeasureRule};
pub use pull_config::{FolderPull, HttpsPull, Location, PullConfig, S3Pull, SftpPull};
pub use quality_config::{Freshness, QualityConfig};
pub use quarantine::{QuarantinedRow, Rule, Severity};
pub use release_config::{Budget, LinkageMeasured, Promise, ReleaseConfig, RevisionConfig};
pub use service::Service;
pub use system::System;
pub use tables_config::{
    Detail, DetailConfig, PairConfig, TablesConfig, TablesError, TablesFor, standard_workload,
};
pub use token::{Evidence, FAMILIES, Family, Level, PARTS, Part, TOKEN_BYTES, family_index};
pub use topic::{Each, Topic};
pub use word::{UnknownWord, Word};
pub use workload::{Attribute, Subject, Table, Workload, WorkloadError};
