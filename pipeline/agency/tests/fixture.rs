//! Keys, folders and small exports.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use agency::{AgencyKeys, EncodeError, Encoding, Profile, Summary};
use arrow::array::{Array, RecordBatch, StringArray};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::DataType;
use chrono::NaiveDate;
use domain::{CityId, Manifest, QuarantinedRow};
use keys::{KeyFile, KeyKind};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tempfile::TempDir;

/// A profile of `p.csv`, all of which may leave: with further entries of `[identity]` and of `[sharing]`, if any, and its
/// files and demographics.
macro_rules! base {
    ($rules:expr) => {
        base!("", "", $rules)
    };
    ($identity:expr, $sharing:expr, $rules:expr) => {
        concat!(
            "source = \"s\"\nformat = \"csv\"\nsystem = \"hotline\"\npeople = \"p.csv\"\n",
            "[identity]\nrecord_id = \"id\"\nfirst_name = \"first\"\nlast_name = \"last\"\nbirth_date = \"dob\"\n",
            $identity,
            "\n[sharing]\nbirth_year = true\ndate_precision = \"day\"\npurposes = [\"link\", \"measure\"]\nconsent_scope = \"link\"\n",
            $sharing,
            "\n",
            $rules
        )
    };
}
pub(crate) use base;

/// People in `p.csv`, and contacts of theirs in `e.csv`.
pub(crate) const CONTACTS: &str = base!(
    r#"
    [[file]]
    name = "p.csv"
    [[file]]
    name = "e.csv"
    record = "id"
    [[file.event]]
    kind = "contact"
    date = "on"
"#
);

/// The profile `text` made with [`base`], of lines of JSON, with another consent.
pub(crate) fn of_lines(text: &str, consent: &str) -> String {
    text.replace("csv", "ndjson").replace("consent_scope = \"link\"", consent)
}

/// The day on which tests encode.
pub(crate) const TODAY: (i32, u32, u32) = (2026, 1, 15);

pub(crate) fn city() -> CityId {
    CityId::new("us-ga-atlanta").unwrap()
}

/// An agency with fixed keys, so that outputs of two runs can be compared.
pub(crate) struct Agency {
    pub(crate) folder: TempDir,
    pub(crate) keys: AgencyKeys,
}

impl Agency {
    pub(crate) fn new() -> Self {
        Self::with_secrets("11", "22")
    }

    pub(crate) fn with_secrets(linkage: &str, record: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let linkage = write_key(&folder.path().join("linkage.key"), KeyKind::Linkage, linkage);
        let record = write_key(&folder.path().join("record.key"), KeyKind::Record, record);
        let keys = AgencyKeys::read(&linkage, &record, &city()).unwrap();
        Self { folder, keys }
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join("raw").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn raw(&self) -> PathBuf {
        self.folder.path().join("raw")
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.folder.path().join("extract")
    }

    pub(crate) fn encode_on(
        &self,
        day: (i32, u32, u32),
        profile: &Profile,
        input: &Path,
    ) -> Result<Summary, EncodeError> {
        let day = NaiveDate::from_ymd_opt(day.0, day.1, day.2);
        let (city, out) = (city(), self.out());
        Encoding { profile, input, keys: &self.keys, city: &city, out: &out, day }.encode(&mut |_| {})
    }

    pub(crate) fn encode(&self, profile: &Profile, input: &Path) -> Result<Summary, EncodeError> {
        self.encode_on(TODAY, profile, input)
    }

    pub(crate) fn people(&self) -> Rows {
        Rows::read(&self.out().join("people.parquet"))
    }

    pub(crate) fn events(&self) -> Rows {
        Rows::read(&self.out().join("events.parquet"))
    }

    pub(crate) fn manifest(&self) -> Manifest {
        serde_json::from_slice(&fs::read(self.out().join("manifest.json")).unwrap()).unwrap()
    }
}

pub(crate) fn quarantine(summary: &Summary) -> Vec<QuarantinedRow> {
    serde_json::from_slice(&fs::read(&summary.quarantine).unwrap()).unwrap()
}

fn write_key(path: &Path, kind: KeyKind, byte: &str) -> PathBuf {
    let secret = byte.repeat(32);
    fs::write(
        path,
        format!("kind = \"{kind}\"\ncity = \"{}\"\nepoch = \"2026\"\nsecret = \"{secret}\"\n", city()),
    )
    .unwrap();
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    path.to_owned()
}

pub(crate) fn linkage_key(folder: &Path) -> KeyFile {
    let path = write_key(&folder.join("linkage.key"), KeyKind::Linkage, "11");
    KeyFile::read(&path, KeyKind::Linkage, &city()).unwrap()
}

pub(crate) fn profile(text: &str) -> Profile {
    Profile::parse(text, Path::new("test.toml")).unwrap()
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn shipped(name: &str) -> Profile {
    Profile::read(&repository().join("schemas/sources").join(name)).unwrap()
}

/// A Parquet file as text; tokens as hexadecimal.
pub(crate) struct Rows {
    columns: BTreeMap<String, Vec<Option<String>>>,
    pub(crate) len: usize,
}

impl Rows {
    pub(crate) fn read(path: &Path) -> Self {
        let builder = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(path).unwrap()).unwrap();
        let schema = builder.schema().clone();
        let batches: Vec<RecordBatch> = builder.build().unwrap().map(Result::unwrap).collect();
        let batch = concat_batches(&schema, &batches).unwrap();
        let mut columns = BTreeMap::new();
        for (field, column) in schema.fields().iter().zip(batch.columns()) {
            let cells = if field.data_type() == &DataType::Binary {
                let column = column.as_any().downcast_ref::<arrow::array::BinaryArray>().unwrap();
                column.iter().map(|cell| cell.map(hex::encode)).collect()
            } else {
                let text = cast(column, &DataType::Utf8).unwrap();
                let text = text.as_any().downcast_ref::<StringArray>().unwrap().clone();
                (0..text.len()).map(|i| text.is_valid(i).then(|| text.value(i).to_owned())).collect()
            };
            columns.insert(field.name().clone(), cells);
        }
        Self { columns, len: batch.num_rows() }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    pub(crate) fn column(&self, name: &str) -> Vec<&str> {
        self.columns[name].iter().map(|c| c.as_deref().unwrap_or("")).collect()
    }

    /// One line a row: the named columns, separated by spaces; sorted.
    pub(crate) fn lines(&self, names: &[&str]) -> Vec<String> {
        let columns: Vec<_> = names.iter().map(|name| self.column(name)).collect();
        let mut lines: Vec<String> = (0..self.len)
            .map(|i| columns.iter().map(|c| c[i]).filter(|c| !c.is_empty()).collect::<Vec<_>>().join(" "))
            .collect();
        lines.sort();
        lines
    }
}
