//! `pathways evaluate release`: a person table, released many times over by the code of a real
//! release, and compared with itself.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use domain::Workload;
use release::{Evaluation, PersonTable, TablesFile, evaluate as evaluate_trials, parse_tables};

use crate::command::EvaluateReleaseArguments;
use crate::evaluate_linkage::write_json;
use crate::failure::{Failure, Outcome};
use crate::resource_use::ResourceUse;
use crate::terminal::out;

/// The column that says whose a row is, where a person table has one.
const PERSON_ID: &str = "person_id";

pub(crate) fn evaluate(arguments: &EvaluateReleaseArguments) -> Result<Outcome, Failure> {
    let before = ResourceUse::now();
    let text = std::fs::read_to_string(&arguments.tables).map_err(Failure::io(&arguments.tables))?;
    let TablesFile { workload, rates } = parse_tables(&text)
        .map_err(|error| Failure::usage(format!("{}: {error}", arguments.tables.display())))?;
    let persons = read_persons(&arguments.persons, &workload)?;
    let evaluation = Evaluation {
        workload: &workload,
        rates: &rates,
        epsilon: arguments.epsilon,
        delta: arguments.delta,
        trials: arguments.trials as usize,
        objective: arguments.objective.into(),
        estimates: arguments.estimates.into(),
    };
    let mut report = evaluate_trials(&evaluation, persons).map_err(Failure::usage)?;
    let used = ResourceUse::since(before);
    report.cpu_seconds = used.cpu_seconds;
    report.peak_rss_bytes = used.peak_rss_bytes;
    write_json(&arguments.json, &report)?;
    let best = report
        .all
        .best
        .as_ref()
        .map_or_else(String::new, |b| format!("; best estimate {:.3}", b.overall.mae));
    out(&format!(
        "{} persons, {} tables, rho {:.6}: unbiased mean absolute error {:.3}, coverage {:.4}{best}",
        report.persons,
        report.tables.len(),
        report.rho,
        report.all.unbiased.overall.errors.mae,
        report.all.unbiased.overall.coverage95,
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
        let mut named = header.iter().enumerate().filter(|(_, name)| *name == attribute.name);
        let Some((place, _)) = named.next() else {
            return Err(refuse(format!(
                "there is no column `{}`; every attribute of the tables file needs one",
                attribute.name
            )));
        };
        if named.next().is_some() {
            return Err(refuse(format!(
                "the column `{}` stands twice; keep the one that is meant",
                attribute.name
            )));
        }
        places.push(place);
    }
    // A table that says whose row each is has each person once: two rows would have two persons' protection.
    let named = header
        .iter()
        .position(|name| name == PERSON_ID && !workload.attributes().iter().any(|a| a.name == name));
    let mut seen: HashSet<Vec<u8>> = HashSet::new();
    let codes: Vec<HashMap<&[u8], u8>> = workload
        .attributes()
        .iter()
        .map(|attribute| {
            (0..=u8::MAX).zip(&attribute.categories).map(|(code, c)| (c.as_bytes(), code)).collect()
        })
        .collect();
    let mut columns = vec![Vec::new(); places.len()];
    let mut record = csv::ByteRecord::new();
    let mut row = 0_u64;
    loop {
        row += 1;
        // The reader's message may quote the row.
        let more = reader.read_byte_record(&mut record).map_err(|_| {
            refuse(format!("row {row}: not as many cells as the header, or unreadable; mend the row"))
        })?;
        if !more {
            break;
        }
        if let Some(id) = named.and_then(|place| record.get(place))
            && !seen.insert(id.to_vec())
        {
            return Err(refuse(format!(
                "row {row}, column `{PERSON_ID}`: this person has a row already; a person table has one row a person"
            )));
        }
        for (attribute, ((place, codes), column)) in places.iter().zip(&codes).zip(&mut columns).enumerate() {
            let code = record.get(*place).and_then(|value| codes.get(value)).ok_or_else(|| {
                refuse(format!(
                    "row {row}, column `{}`: the value is outside the public domain; mend the row, or the attribute's list",
                    workload.attributes()[attribute].name
                ))
            })?;
            column.push(*code);
        }
    }
    if row == 1 {
        return Err(refuse("there is no row; an evaluation needs people whose true counts are known".into()));
    }
    PersonTable::new(workload, columns).map_err(Failure::usage)
}
