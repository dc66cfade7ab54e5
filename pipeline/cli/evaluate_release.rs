//! `pathways evaluate release`: a person table, released many times over by the code of a real
//! release, and compared with itself.

use std::path::Path;

use domain::Workload;
use release::{PersonTable, evaluate as evaluate_trials, parse_tables};

use crate::command::EvaluateReleaseArguments;
use crate::evaluate_linkage::write_json;
use crate::failure::{Failure, Outcome};
use crate::resource_use::ResourceUse;
use crate::terminal::out;

pub(crate) fn evaluate(arguments: &EvaluateReleaseArguments) -> Result<Outcome, Failure> {
    let before = ResourceUse::now();
    let text = std::fs::read_to_string(&arguments.tables).map_err(Failure::io(&arguments.tables))?;
    let workload = parse_tables(&text)
        .map_err(|error| Failure::usage(format!("{}: {error}", arguments.tables.display())))?;
    let persons = read_persons(&arguments.persons, &workload)?;
    let mut report = evaluate_trials(
        &workload,
        persons,
        arguments.epsilon,
        arguments.delta,
        arguments.trials as usize,
        arguments.objective.into(),
    )
    .map_err(Failure::usage)?;
    let used = ResourceUse::since(before);
    report.cpu_seconds = used.cpu_seconds;
    report.peak_rss_bytes = used.peak_rss_bytes;
    write_json(&arguments.json, &report)?;
    out(&format!(
        "{} persons, {} tables, rho {:.6}: unbiased mean absolute error {:.3}, coverage {:.4}; best estimate {:.3}",
        report.persons,
        report.tables.len(),
        report.rho,
        report.all.unbiased.overall.errors.mae,
        report.all.unbiased.overall.coverage95,
        report.all.best.overall.mae
    ));
    Ok(Outcome::Done)
}

/// Reads a person table: one column an attribute, in any order, further columns left alone.
fn read_persons(path: &Path, workload: &Workload) -> Result<PersonTable, Failure> {
    let refuse = |rule: String| Failure::usage(format!("{}: {rule}", path.display()));
    let mut reader =
        csv::Reader::from_path(path).map_err(|_| refuse("can't be opened; check the path".into()))?;
    let header = reader
        .headers()
        .map_err(|_| refuse("the header can't be read; save it as UTF-8 CSV".into()))?
        .clone();
    let mut places = Vec::new();
    for attribute in workload.attributes() {
        let place = header.iter().position(|name| name == attribute.name).ok_or_else(|| {
            refuse(format!(
                "there is no column `{}`; every attribute of the tables file needs one",
                attribute.name
            ))
        })?;
        places.push(place);
    }
    let mut columns = vec![Vec::new(); places.len()];
    let mut record = csv::StringRecord::new();
    let mut row = 0_u64;
    loop {
        row += 1;
        // The reader's message may quote the row.
        let more = reader.read_record(&mut record).map_err(|_| {
            refuse(format!("row {row}: not as many cells as the header, or not UTF-8; mend the row"))
        })?;
        if !more {
            break;
        }
        for ((attribute, place), column) in workload.attributes().iter().zip(&places).zip(&mut columns) {
            let value = record.get(*place).unwrap_or_default();
            let code = attribute.categories.iter().position(|category| category == value).ok_or_else(|| {
                refuse(format!(
                    "row {row}, column `{}`: the value is outside the public domain; mend the row, or the attribute's list",
                    attribute.name
                ))
            })?;
            column.push(code as u8);
        }
    }
    PersonTable::new(workload, columns).map_err(Failure::usage)
}
