//! The public entries: one release as a folder, all cities as one page.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use domain::CityId;
use release::{NoisyResidual, Release, ReleasedTable, Statement};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::error::PublishError;
use crate::folder::{Outcome, write_file, write_whole};
use crate::page::{city_page, overview_page};
use crate::page_view::CityView;
use crate::sheet::Sheet;
use crate::{csv_file, datapackage, dictionary, differences, parquet_file, readme, statement, tidy};

/// Name of the page, in a release and over all cities.
const DASHBOARD: &str = "dashboard.html";

/// What was published, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The release's folder: `<out>/city=<slug>/period=<period>`.
    pub folder: PathBuf,
    /// The city's page.
    pub dashboard: PathBuf,
    /// Whether the folder is new.
    pub outcome: Outcome,
    /// Every file, in the order of names.
    pub files: Vec<PublishedFile>,
}

/// One published file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedFile {
    /// Path in the release's folder, with `/`.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// Writes a release to `<out>/city=<slug>/period=<period>/`, whole or not at all.
///
/// The same release gives the same bytes; what stands there already with the same bytes is left
/// alone.
///
/// # Errors
/// [`PublishError`] when a table contradicts its description, when a later revision or figures of
/// another measurement stand under the same name, or when the disk refuses. Nothing is then
/// visible that was not before.
///
/// # Privacy
/// Post-processing of what the ledger has charged: costs nothing.
pub fn publish(release: &Release, out: &Path) -> Result<Published, PublishError> {
    publish_parts(release.statement(), release.tables(), release.measurements(), out)
}

/// Where the page over all cities lies in `out`.
pub fn overview_path(out: &Path) -> PathBuf {
    out.join(DASHBOARD)
}

/// Whether a city has a release in `out`.
pub fn is_published(out: &Path, city: &CityId) -> bool {
    out.join(format!("city={city}")).is_dir()
}

/// Writes `<out>/dashboard.html` over the releases of several cities, and gives its path.
///
/// Links lead into the cities' folders, so publish each release to the same `out`.
///
/// # Errors
/// [`PublishError`] when there is no release, two of one city, or a table that contradicts its
/// description; or when the disk refuses.
pub fn publish_overview(releases: &[&Release], out: &Path) -> Result<PathBuf, PublishError> {
    let parts: Vec<_> = releases.iter().map(|r| (r.statement(), r.tables())).collect();
    publish_overview_parts(&parts, out)
}

pub(crate) fn publish_parts(
    statement: &Statement,
    tables: &[ReleasedTable],
    residuals: &[NoisyResidual],
    out: &Path,
) -> Result<Published, PublishError> {
    let folder = out.join(release_folder(statement)?);
    let files = files(statement, tables, residuals)?;
    check_standing(&folder, statement, &measurements_digest(residuals))?;
    let outcome = write_whole(&folder, &files)?;
    let mut listed: Vec<PublishedFile> = files
        .iter()
        .map(|(path, bytes)| PublishedFile {
            path: path.clone(),
            bytes: bytes.len() as u64,
            sha256: hex::encode(Sha256::digest(bytes)),
        })
        .collect();
    listed.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Published { dashboard: folder.join(DASHBOARD), folder, outcome, files: listed })
}

pub(crate) fn publish_overview_parts(
    releases: &[(&Statement, &[ReleasedTable])],
    out: &Path,
) -> Result<PathBuf, PublishError> {
    if releases.is_empty() {
        return Err(PublishError::Overview("there is no release to show; publish a city first"));
    }
    let cities: BTreeSet<&str> = releases.iter().map(|(s, _)| s.city.as_str()).collect();
    if cities.len() != releases.len() {
        return Err(PublishError::Overview("a city stands twice; name one release a city"));
    }
    let views: Result<Vec<CityView<'_>>, PublishError> = releases
        .iter()
        .map(|(statement, tables)| {
            CityView::new(statement, tables, &format!("{}/", release_folder(statement)?))
        })
        .collect();
    let path = out.join(DASHBOARD);
    write_file(&path, overview_page(&views?).as_bytes())?;
    Ok(path)
}

/// Every file of a release in memory: path in the folder, bytes.
pub(crate) fn files(
    statement: &Statement,
    tables: &[ReleasedTable],
    residuals: &[NoisyResidual],
) -> Result<Vec<(String, Vec<u8>)>, PublishError> {
    let pairs = parquet_file::key_values(statement);
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let sheets = tidy::sheets(statement, tables, |sheet| {
        files.push((format!("tables/{}.parquet", sheet.name), parquet_file::bytes(sheet, &pairs)?));
        files.push((format!("tables/{}.csv", sheet.name), csv_file::bytes(sheet)?));
        Ok(())
    })?;
    // The sheet that describes each CSV, and where that stands.
    let mut described: Vec<(&Sheet, usize)> =
        sheets.iter().enumerate().map(|(i, s)| (s, 2 * i + 1)).collect();
    let measures = tidy::measures_of(tables);
    let dictionary = dictionary::dictionary(&measures);
    let differences = differences::sheet(statement, tables)?;
    files.push(("differences.parquet".to_owned(), parquet_file::bytes(&differences, &pairs)?));
    described.push((&differences, files.len()));
    files.push(("differences.csv".to_owned(), csv_file::bytes(&differences)?));
    described.push((&dictionary, files.len()));
    files.push(("dictionary.csv".to_owned(), csv_file::bytes(&dictionary)?));
    let resources: Vec<datapackage::Resource<'_>> = described
        .into_iter()
        .map(|(sheet, at)| datapackage::Resource { sheet, path: &files[at].0, bytes: &files[at].1 })
        .collect();
    let package = datapackage::descriptor(statement, &tidy::period_slug(statement)?, &resources);
    let mut release = statement::release_json(statement, tables)?;
    release["measurements_sha256"] = Json::String(measurements_digest(residuals));
    let view = CityView::new(statement, tables, "")?;
    files.push(("datapackage.json".to_owned(), pretty(&package)));
    files.push(("release.json".to_owned(), pretty(&release)));
    files.push((
        "measurements.parquet".to_owned(),
        parquet_file::bytes(&tidy::measurements(residuals), &pairs)?,
    ));
    files.push(("README.md".to_owned(), readme::readme(statement, &sheets, &measures).into_bytes()));
    files.push((DASHBOARD.to_owned(), city_page(&view).into_bytes()));
    files.sort();
    files.push(("SHA256SUMS".to_owned(), sums(&files)));
    Ok(files)
}

/// `city=<slug>/period=<period>`, relative to where releases are published.
fn release_folder(statement: &Statement) -> Result<String, PublishError> {
    let city = CityId::new(&statement.city).map_err(|_| PublishError::Statement {
        field: "city",
        rule: "must be a city slug such as us-il-chicago: it names a folder",
    })?;
    Ok(format!("city={city}/period={}", tidy::period_slug(statement)?))
}

/// Refuses to put figures over published ones that they must not replace.
fn check_standing(folder: &Path, statement: &Statement, digest: &str) -> Result<(), PublishError> {
    if !folder.exists() {
        return Ok(());
    }
    let refuse = |rule| Err(PublishError::Standing { folder: folder.to_owned(), rule });
    let standing: Option<Json> =
        fs::read(folder.join("release.json")).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let Some(standing) = standing else {
        return refuse("holds no readable release.json, so it is no release; move it away and run again");
    };
    let revision = standing["statement"]["revision"].as_u64().unwrap_or(0);
    if revision > u64::from(statement.revision) {
        return refuse("a later revision is published; publish that one, or move it away first");
    }
    let renoised = revision == u64::from(statement.revision) && standing["measurements_sha256"] != digest;
    // A demonstration's ledger may be made anew, and nobody lives in its figures.
    if renoised && !statement.demo {
        return refuse(
            "figures of another measurement are published under this release; \
             a figure is never noised again, so find the ledger that charged for it",
        );
    }
    Ok(())
}

/// A digest of the published noisy vector: the same vector, whoever renders it.
fn measurements_digest(residuals: &[NoisyResidual]) -> String {
    let mut digest = Sha256::new();
    for r in residuals {
        digest.update(format!(
            "{}\t{}\t{}\t{}\t{}\n",
            r.revision, r.query, r.coordinate, r.value, r.noise_scale
        ));
    }
    hex::encode(digest.finalize())
}

fn sums(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    files
        .iter()
        .map(|(path, bytes)| format!("{}  {path}\n", hex::encode(Sha256::digest(bytes))))
        .collect::<Vec<_>>()
        .concat()
        .into_bytes()
}

fn pretty(json: &Json) -> Vec<u8> {
    format!("{json:#}\n").into_bytes()
}
