//! What the ledger's file holds of a stored release: noisy integers, noise, workload, frames, statement.

use std::path::Path;

use rusqlite::{Connection, params};

use crate::ledger_chain::{Entry, Seal, digest};
use crate::ledger_error::LedgerError;
use crate::ledger_file::refusal;
use crate::plan::Plan;
use crate::statement::Statement;
use crate::stored::Frame;

/// The columns of a stored release.
pub(crate) struct Fields {
    pub(crate) noisy: Vec<u8>,
    pub(crate) noise: Vec<u8>,
    pub(crate) workload: String,
    pub(crate) frames: String,
    pub(crate) statement: String,
    inputs: Vec<u8>,
}

impl Fields {
    pub(crate) fn new(
        plan: &Plan,
        noisy: &[i64],
        frames: &[Frame],
        statement: &Statement,
        inputs: Seal,
    ) -> Self {
        let json = |value: Result<String, serde_json::Error>| {
            value.expect("names, numbers and lists always serialise")
        };
        Self {
            noisy: noisy.iter().flat_map(|v| v.to_le_bytes()).collect(),
            noise: plan.noise().iter().flat_map(|n| [n.scale, n.rho]).flat_map(f64::to_le_bytes).collect(),
            workload: json(serde_json::to_string(&(plan.objective(), plan.workload()))),
            frames: json(serde_json::to_string(frames)),
            statement: json(serde_json::to_string(statement)),
            inputs: inputs.to_vec(),
        }
    }

    pub(crate) fn digest(&self) -> Vec<u8> {
        let Self { noisy, noise, workload, frames, statement, inputs } = self;
        digest(&[noisy, noise, workload.as_bytes(), frames.as_bytes(), statement.as_bytes(), inputs])
    }

    pub(crate) fn insert(&self, db: &Connection, sequence: u64) -> rusqlite::Result<usize> {
        db.execute(
            "INSERT INTO release (sequence, noisy, noise, workload, frames, statement, inputs)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                sequence.cast_signed(),
                self.noisy,
                self.noise,
                self.workload,
                self.frames,
                self.statement,
                self.inputs
            ],
        )
    }

    pub(crate) fn read(db: &Connection, path: &Path, entry: &Entry) -> Result<Self, LedgerError> {
        let altered = |rule| LedgerError::Altered { path: path.to_owned(), entry: entry.sequence, rule };
        let fields = db
            .query_row(
                "SELECT noisy, noise, workload, frames, statement, inputs FROM release WHERE sequence = ?1",
                [entry.sequence.cast_signed()],
                |row| {
                    Ok(Self {
                        noisy: row.get(0)?,
                        noise: row.get(1)?,
                        workload: row.get(2)?,
                        frames: row.get(3)?,
                        statement: row.get(4)?,
                        inputs: row.get(5)?,
                    })
                },
            )
            .map_err(|error| match error {
                rusqlite::Error::QueryReturnedNoRows => altered("what was stored with it is missing"),
                error => refusal(path, error),
            })?;
        if fields.digest() == entry.payload {
            Ok(fields)
        } else {
            Err(altered("what is stored with it was changed"))
        }
    }
}
