//! Fictitious extracts, made by hand and broken on purpose.

use std::fs;
use std::path::{Path, PathBuf};

use domain::{
    CityConfig, CityId, EVENT_COLUMNS, FAMILIES, FileEntry, Manifest, PEOPLE_COLUMNS, Purpose, SourceConfig,
    System, token_column,
};
use hub::{ExpectedKey, HubKey, Ingested, ingest};
use keys::{KeyFile, KeyKind};
use polars::prelude::{Column, DataFrame, IntoColumn, IntoSeries, NamedFrom, ParquetWriter, Series};
use sha2::{Digest, Sha256};

/// The cells of a column, by kind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cells {
    Text(Vec<Option<String>>),
    Day(Vec<Option<i32>>),
    Integer(Vec<Option<i64>>),
    Flag(Vec<Option<bool>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

/// A table in the making.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) columns: Vec<(String, Cells)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Parquet,
    Csv,
}

/// An extract in the making.
#[derive(Debug, Clone)]
pub(crate) struct Extract {
    pub(crate) agency: String,
    pub(crate) people: Draft,
    pub(crate) events: Draft,
    pub(crate) format: Format,
}

pub(crate) const FIRST_DAY: i32 = 19_700; // 2023-12-09
pub(crate) const LAST_DAY: i32 = 20_500; // 2026-02-16
pub(crate) const REPORT: &str = "2026-06-30";
pub(crate) const EPOCH: &str = "2026";
pub(crate) const FINGERPRINT: &str = "00112233445566aa";

pub(crate) fn texts<S: Into<String>>(cells: impl IntoIterator<Item = S>) -> Cells {
    Cells::Text(cells.into_iter().map(|c| Some(c.into())).collect())
}

pub(crate) fn hex_id(n: usize) -> String {
    format!("{:032x}", (n as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
}

fn day_after_first(days: usize) -> i32 {
    FIRST_DAY + i32::try_from(days).unwrap()
}

/// A token as an agency would make it: uniform to whoever has no key.
pub(crate) fn token(family: usize, person: usize) -> [u8; 16] {
    let digest = Sha256::digest(format!("test/{family}/{person}"));
    digest[..16].try_into().unwrap()
}

impl Cells {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Text(c) => c.len(),
            Self::Day(c) => c.len(),
            Self::Integer(c) => c.len(),
            Self::Flag(c) => c.len(),
            Self::Bytes(c) => c.len(),
        }
    }

    fn take(&self, rows: &[usize]) -> Self {
        fn pick<T: Clone>(cells: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().map(|row| cells[*row].clone()).collect()
        }
        match self {
            Self::Text(c) => Self::Text(pick(c, rows)),
            Self::Day(c) => Self::Day(pick(c, rows)),
            Self::Integer(c) => Self::Integer(pick(c, rows)),
            Self::Flag(c) => Self::Flag(pick(c, rows)),
            Self::Bytes(c) => Self::Bytes(pick(c, rows)),
        }
    }

    fn column(&self, name: &str) -> Column {
        match self {
            Self::Text(c) => Series::new(name.into(), c).into_column(),
            Self::Integer(c) => Series::new(name.into(), c).into_column(),
            Self::Flag(c) => Series::new(name.into(), c).into_column(),
            Self::Day(c) => {
                let numbers: polars::prelude::Int32Chunked = c.iter().copied().collect();
                let mut series = numbers.into_date().into_series();
                series.rename(name.into());
                series.into_column()
            }
            Self::Bytes(c) => {
                let bytes: polars::prelude::BinaryChunked = c.iter().map(|b| b.as_deref()).collect();
                let mut series = bytes.into_series();
                series.rename(name.into());
                series.into_column()
            }
        }
    }

    fn csv(&self, row: usize) -> String {
        match self {
            Self::Text(c) => c[row].clone().unwrap_or_default(),
            Self::Integer(c) => c[row].map(|n| n.to_string()).unwrap_or_default(),
            Self::Flag(c) => c[row].map(|f| f.to_string()).unwrap_or_default(),
            Self::Day(c) => c[row]
                .map(|d| (chrono::NaiveDate::default() + chrono::TimeDelta::days(d.into())).to_string())
                .unwrap_or_default(),
            Self::Bytes(c) => c[row].as_ref().map(hex::encode).unwrap_or_default(),
        }
    }
}

impl Draft {
    pub(crate) fn rows(&self) -> usize {
        self.columns[0].1.len()
    }

    pub(crate) fn at(&mut self, name: &str) -> &mut Cells {
        &mut self.columns.iter_mut().find(|(n, _)| n == name).unwrap().1
    }

    pub(crate) fn set(&mut self, name: &str, row: usize, text: Option<&str>) {
        let Cells::Text(cells) = self.at(name) else { panic!("a text column") };
        cells[row] = text.map(str::to_owned);
    }

    pub(crate) fn set_day(&mut self, name: &str, row: usize, day: Option<i32>) {
        let Cells::Day(cells) = self.at(name) else { panic!("a date column") };
        cells[row] = day;
    }

    pub(crate) fn set_integer(&mut self, name: &str, row: usize, number: Option<i64>) {
        let Cells::Integer(cells) = self.at(name) else { panic!("a column of numbers") };
        cells[row] = number;
    }

    pub(crate) fn set_bytes(&mut self, name: &str, row: usize, bytes: &[u8]) {
        let Cells::Bytes(cells) = self.at(name) else { panic!("a binary column") };
        cells[row] = Some(bytes.to_vec());
    }

    pub(crate) fn add(&mut self, name: &str, cells: Cells) {
        assert_eq!(cells.len(), self.rows());
        self.columns.push((name.to_owned(), cells));
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.columns.retain(|(n, _)| n != name);
    }

    /// The rows given, in that order.
    pub(crate) fn take(&self, rows: &[usize]) -> Self {
        Self { columns: self.columns.iter().map(|(n, c)| (n.clone(), c.take(rows))).collect() }
    }

    fn write(&self, path: &Path, format: Format) {
        match format {
            Format::Parquet => {
                let columns = self.columns.iter().map(|(name, cells)| cells.column(name)).collect();
                let mut frame = DataFrame::new(self.rows(), columns).unwrap();
                ParquetWriter::new(fs::File::create(path).unwrap()).finish(&mut frame).unwrap();
            }
            Format::Csv => fs::write(path, self.csv()).unwrap(),
        }
    }

    pub(crate) fn csv(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(n, _)| n.as_str()).collect();
        let mut text = names.join(",") + "\n";
        for row in 0..self.rows() {
            let cells: Vec<String> = self.columns.iter().map(|(_, c)| c.csv(row)).collect();
            text += &(cells.join(",") + "\n");
        }
        text
    }
}

/// `n` people of one agency with two tokens each, and `m` events spread over them.
pub(crate) fn extract(agency: &str, n: usize, m: usize) -> Extract {
    let text = |word: &'static str| texts(std::iter::repeat_n(word, n));
    let mut people = Draft { columns: Vec::new() };
    for column in PEOPLE_COLUMNS {
        let cells = match column.name {
            "record_id" => texts((0..n).map(|i| hex_id(i + agency.len() * 1_000_000))),
            "key_epoch" => text(EPOCH),
            "token_scheme" => Cells::Integer(vec![Some(i64::from(domain::TOKEN_SCHEME)); n]),
            "birth_year" => Cells::Integer((0..n).map(|i| (i % 3 == 0).then_some(1990)).collect()),
            "race_ethnicity" => texts((0..n).map(|i| ["black", "white", "unknown"][i % 3])),
            "indigenous" => text("not_indigenous"),
            "gender" => texts((0..n).map(|i| ["female", "male"][i % 2])),
            "lgbtq_youth" => text("not_youth"),
            "immigrant" | "language_need" | "substance_use" => text("unknown"),
            "disability" => text("none"),
            "minor_at_intake" => Cells::Flag(vec![None; n]),
            "victim_service_provider" => Cells::Flag(vec![Some(false); n]),
            "purposes" => text("link measure"),
            "consent_scope" => text("link"),
            "consent_start" | "consent_end" => Cells::Day(vec![None; n]),
            "as_of" => Cells::Day((0..n).map(|i| Some(day_after_first(i % 700))).collect()),
            other => panic!("the contract has a new column: {other}"),
        };
        people.add_first(column.name, cells);
    }
    for (family, definition) in FAMILIES.iter().enumerate() {
        let cells = (0..n).map(|i| match definition.name {
            "first_dob" => Some(token(family, i).to_vec()),
            "soundex_date_parts" => Some([token(family, i), token(family, i + n)].concat()),
            _ => None,
        });
        people.add_first(&token_column(family), Cells::Bytes(cells.collect()));
    }
    let mut events = Draft { columns: Vec::new() };
    let kinds = ["entry", "contact", "need", "service", "indicator", "referral", "screening", "exit"];
    let only = |kind: &'static [&'static str], word: &'static str| {
        Cells::Text((0..m).map(|i| kind.contains(&kinds[i % 8]).then(|| word.to_owned())).collect())
    };
    for column in EVENT_COLUMNS {
        let cells = match column.name {
            "event_id" => texts((0..m).map(|i| hex_id(i + 500_000_000))),
            "record_id" => texts((0..m).map(|i| hex_id(i % n.max(1) + agency.len() * 1_000_000))),
            "date" => Cells::Day((0..m).map(|i| Some(day_after_first(i * 7 % 800))).collect()),
            "date_precision" => texts(std::iter::repeat_n("day", m)),
            "kind" => texts((0..m).map(|i| kinds[i % 8])),
            "age_band" => texts((0..m).map(|i| ["18_24", "25_39", "unknown"][i % 3])),
            "screening_question" => only(&["screening"], "sex"),
            "screening_answer" => only(&["screening"], "not_collected"),
            "trafficking_type" => only(&["indicator"], "labor"),
            "service_category" => only(&["need", "service", "referral"], "medical"),
            "referral_result" => only(&["referral"], "attained"),
            "referral_result_date" => {
                Cells::Day((0..m).map(|i| (i % 8 == 5).then(|| day_after_first(i * 7 % 800))).collect())
            }
            "outcome" => only(&["exit"], "own_home"),
            other => panic!("the contract has a new column: {other}"),
        };
        events.add_first(column.name, cells);
    }
    Extract { agency: agency.to_owned(), people, events, format: Format::Parquet }
}

impl Draft {
    fn add_first(&mut self, name: &str, cells: Cells) {
        self.columns.push((name.to_owned(), cells));
    }
}

impl Extract {
    /// The same records under the linkage key of another epoch: every token is another.
    pub(crate) fn rekeyed(&mut self, epoch: &str) {
        let rows = self.people.rows();
        *self.people.at("key_epoch") = texts(std::iter::repeat_n(epoch, rows));
        for (_, cells) in &mut self.people.columns {
            let Cells::Bytes(cells) = cells else { continue };
            for tokens in cells.iter_mut().flatten() {
                let anew = |token: &[u8]| Sha256::digest([epoch.as_bytes(), token].concat())[..16].to_vec();
                *tokens = tokens.chunks(16).flat_map(anew).collect();
            }
        }
    }
}

/// A city's night: its folders, its keys, its sources.
pub(crate) struct Night {
    folder: tempfile::TempDir,
    pub(crate) config: CityConfig,
    pub(crate) expected: ExpectedKey,
    pub(crate) key: HubKey,
}

impl Night {
    pub(crate) fn new(sources: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let city = CityId::new("us-ga-atlanta").unwrap();
        let key_path = folder.path().join("keys/hub.key");
        KeyFile::create(&key_path, KeyKind::Hub, &city, EPOCH).unwrap();
        let key = HubKey::read(&key_path, &city).unwrap();
        let source = |name: &&str| SourceConfig {
            name: (*name).to_owned(),
            system: System::HomelessServices,
            extract: folder.path().join("in").join(name),
            pull: None,
            purposes: vec![Purpose::Link, Purpose::Measure],
            profile: None,
            raw: None,
            required: false,
        };
        let sources = sources.iter().map(source).collect();
        let expected =
            ExpectedKey { city: city.clone(), epoch: EPOCH.to_owned(), fingerprint: FINGERPRINT.to_owned() };
        Self {
            config: CityConfig { population: None, id: city, name: "Atlanta".to_owned(), sources },
            folder,
            expected,
            key,
        }
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    pub(crate) fn extract_folder(&self, agency: &str) -> PathBuf {
        self.folder.path().join("in").join(agency)
    }

    /// Writes an extract with a right manifest.
    pub(crate) fn deliver(&self, extract: &Extract) -> Manifest {
        let first = ExpectedKey {
            epoch: EPOCH.to_owned(),
            fingerprint: FINGERPRINT.to_owned(),
            ..self.expected.clone()
        };
        self.deliver_as(extract, &first)
    }

    /// The same, as an agency with that linkage key would.
    pub(crate) fn deliver_as(&self, extract: &Extract, key: &ExpectedKey) -> Manifest {
        let folder = self.extract_folder(&extract.agency);
        fs::create_dir_all(&folder).unwrap();
        let entry = |stem: &str, table: &Draft| {
            let name = format!("{stem}.{}", if extract.format == Format::Csv { "csv" } else { "parquet" });
            let path = folder.join(&name);
            table.write(&path, extract.format);
            FileEntry { name, rows: table.rows() as u64, sha256: sha256(&path) }
        };
        let day = |n: i32| Some(chrono::NaiveDate::default() + chrono::TimeDelta::days(n.into()));
        let manifest = Manifest {
            extract_version: 1,
            city: self.config.id.clone(),
            agency: extract.agency.clone(),
            system: System::HomelessServices,
            token_scheme: domain::TOKEN_SCHEME,
            key_epoch: key.epoch.clone(),
            key_fingerprint: key.fingerprint.clone(),
            encoded_on: Some(REPORT.parse().unwrap()),
            first_event: day(FIRST_DAY),
            last_event: day(LAST_DAY),
            rows_read: Vec::new(),
            rows_quarantined: 0,
            one_record_per_person: false,
            people: entry("people", &extract.people),
            events: entry("events", &extract.events),
        };
        self.write_manifest(&manifest);
        manifest
    }

    pub(crate) fn write_manifest(&self, manifest: &Manifest) {
        let path = self.extract_folder(&manifest.agency).join("manifest.json");
        fs::write(path, serde_json::to_vec(manifest).unwrap()).unwrap();
    }

    pub(crate) fn run(&self) -> Ingested {
        self.try_run().unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) fn try_run(&self) -> Result<Ingested, hub::HubError> {
        ingest(&self.config, &self.work(), &self.expected, &self.key, REPORT.parse().unwrap(), &[])
    }

    /// Links what a night took.
    pub(crate) fn link(&self, ingested: &Ingested, relink: hub::Relink) -> hub::Linked {
        self.try_link(ingested, relink).unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) fn try_link(
        &self,
        ingested: &Ingested,
        relink: hub::Relink,
    ) -> Result<hub::Linked, hub::HubError> {
        hub::link_night(ingested, &self.work(), &self.expected, &self.key, relink)
    }

    /// All files below the hub's folder, by path within it, with their bytes.
    pub(crate) fn kept(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut folders = vec![self.work()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files
                        .push((path.strip_prefix(self.work()).unwrap().to_owned(), fs::read(&path).unwrap()));
                }
            }
        }
        files.sort();
        files
    }
}

pub(crate) fn sha256(path: &Path) -> String {
    hex::encode(Sha256::digest(fs::read(path).unwrap()))
}
