//! `datapackage.json`: the release as a Frictionless Data Package 2.0.

use release::Statement;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::csv_file::encoding;
use crate::dictionary::kind_word;
use crate::schema::{LICENCE, SCHEMA_VERSION};
use crate::sheet::{Column, Sheet};

/// A resource: a sheet, its path, its bytes.
pub(crate) struct Resource<'a> {
    /// The sheet.
    pub sheet: &'a Sheet,
    /// Path in the release.
    pub path: &'a str,
    /// The file's bytes.
    pub bytes: &'a [u8],
}

/// The descriptor of the whole release.
pub(crate) fn descriptor(statement: &Statement, period: &str, resources: &[Resource<'_>]) -> Json {
    let demo = if statement.demo { "Fictitious demonstration data. " } else { "" };
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": format!("pathways-{}-{period}-r{}", statement.city, statement.revision),
        "id": statement.release_id,
        "title": format!("Services that trafficked people need and do not get: {}, {}", statement.city_name, statement.period),
        "description": format!(
            "{demo}Differentially private figures (epsilon {}, delta {}) of people whom city agencies recorded. \
             README.md says how to read them, release.json holds the full statement.",
            statement.epsilon, statement.delta,
        ),
        "version": format!("{SCHEMA_VERSION}.{}", statement.revision),
        "licenses": [{
            "name": LICENCE,
            "title": "Creative Commons Attribution 4.0",
            "path": "https://creativecommons.org/licenses/by/4.0/",
        }],
        "resources": resources.iter().map(resource).collect::<Vec<_>>(),
    })
}

fn resource(resource: &Resource<'_>) -> Json {
    let Resource { sheet, path, bytes } = resource;
    json!({
        "name": sheet.name,
        "type": "table",
        "title": sheet.title,
        "path": path,
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": encoding(bytes),
        "bytes": bytes.len(),
        "hash": format!("sha256:{}", hex::encode(Sha256::digest(bytes))),
        "schema": {
            "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
            "fields": sheet.columns.iter().map(field).collect::<Vec<_>>(),
            "missingValues": [""],
            "primaryKey": sheet.key,
        },
    })
}

fn field(column: &Column) -> Json {
    let mut field = json!({
        "name": column.name,
        "type": kind_word(column.kind),
        "description": column.description,
    });
    if !column.unit.is_empty() {
        field["unit"] = json!(column.unit);
    }
    let mut constraints = json!({});
    if !column.nullable {
        constraints["required"] = json!(true);
    }
    if !column.categories.is_empty() {
        constraints["enum"] = json!(column.categories);
    }
    if constraints.as_object().is_some_and(|c| !c.is_empty()) {
        field["constraints"] = constraints;
    }
    field
}
