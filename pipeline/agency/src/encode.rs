//! A raw export in, an extract out.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use csv::StringRecord;
use domain::CityId;

use crate::accounting::{
    Accounting, BIRTH_DATE_UNUSABLE, CONSENT_UNKNOWN, DUPLICATE, Fault, RAGGED, RECORD_UNKNOWN,
};
use crate::bind::{BoundFile, Said};
use crate::columns::Row;
use crate::error::EncodeError;
use crate::event_rules::Draft;
use crate::first_pass::{find_placeholders, names_of};
use crate::identity::{IdentityColumns, Nulled};
use crate::key_pair::{AgencyKeys, IdMaker};
use crate::people::{People, Record};
use crate::placeholder::Placeholders;
use crate::profile::Profile;
use crate::raw_files::{RawFile, RawFiles};
use crate::read_table::{Next, RawTable};
use crate::sharing::{BoundSharing, Scope};
use crate::summary::Summary;
use crate::token_set::TokenSet;
use crate::tokenize::Tokenizer;
use crate::write_extract::write_extract;

/// Encodes the raw export at `input` (a file or a folder) into the extract folder `out`, which is
/// replaced as a whole or not at all. The quarantine is written beside it, to
/// `<out>.quarantine.json`, and stays at the agency. `progress` is told the number of raw rows
/// read so far.
///
/// Equal input, profile and keys give equal bytes.
///
/// # Errors
/// [`EncodeError`]: the profile lacks what encoding needs, a key is of another city, a file is
/// refused, or the disk fails. Nothing is half-written.
///
/// # Privacy
/// The extract holds no identifier. Records whose consent scope is not to link leave without tokens; the hub drops the tokens of those whose consent is not in force on the report date.
pub fn encode(
    profile: &Profile,
    input: &Path,
    keys: &AgencyKeys,
    city: &CityId,
    out: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary, EncodeError> {
    let sharing = profile.sharing.as_ref().ok_or_else(|| {
        profile.fault("sharing: say what may leave the agency (see schemas/sources/README.md)")
    })?;
    let system = profile.system.ok_or_else(|| {
        profile.fault("system: name the system the source belongs to, for example \"public_health\"")
    })?;
    keys.check(city)?;
    let files = RawFiles::open(profile, input)?;
    let mut run = Run {
        profile,
        files: &files,
        ids: IdMaker::new(&keys.record),
        accounting: Accounting::new(&profile.source),
        people: People::default(),
        unusable: BTreeMap::new(),
        placeholders: BTreeMap::new(),
        rows: 0,
        progress,
    };
    run.read_people(&mut Tokenizer::new(&keys.linkage))?;
    for rules in &profile.files {
        if !RawFiles::is_people(profile, &rules.name) {
            match files.find(&rules.name) {
                Some(file) => run.read_events(&file)?,
                None if rules.optional => {}
                None => drop(files.require(&rules.name)?),
            }
        }
    }
    let Run { accounting, people, unusable, placeholders, rows, progress, .. } = run;
    progress(rows);
    let quarantined = accounting.quarantined();
    let (rows, entries, by_rule) = accounting.finish();
    let mut summary = Summary {
        source: profile.source.clone(),
        city: city.clone(),
        system,
        records: 0,
        withheld: 0,
        withheld_by_rule: BTreeMap::new(),
        excluded: sharing.excluded(),
        not_linkable: 0,
        without_tokens: 0,
        tokens: 0,
        events: 0,
        events_by_kind: BTreeMap::new(),
        rows,
        quarantined,
        by_rule,
        unusable,
        placeholders,
        quarantine: crate::write_extract::quarantine_path(out),
    };
    write_extract(profile, sharing, &keys.linkage, &people, &entries, out, &mut summary)?;
    Ok(summary)
}

struct Run<'a> {
    profile: &'a Profile,
    files: &'a RawFiles,
    ids: IdMaker,
    accounting: Accounting,
    people: People,
    unusable: BTreeMap<String, u64>,
    placeholders: BTreeMap<String, u64>,
    rows: u64,
    progress: &'a mut dyn FnMut(u64),
}

/// The identity side of the file of identities.
struct PeopleReader {
    identity: IdentityColumns,
    sharing: BoundSharing,
    placeholders: Placeholders,
}

impl Run<'_> {
    fn read_people(&mut self, tokenizer: &mut Tokenizer) -> Result<(), EncodeError> {
        let file = self.files.people(self.profile)?;
        let names = names_of(self.profile, self.files)?;
        let placeholders = find_placeholders(self.profile, &file, names)?;
        let sharing = self.profile.sharing.as_ref().expect("encode checks that the profile has [sharing]");
        let mut table = RawTable::open(self.profile, &file)?;
        let (bound, reader) =
            BoundFile::bind(self.profile, self.files, &table, &mut self.accounting, |columns| {
                Ok(PeopleReader {
                    identity: IdentityColumns::bind(self.profile, columns, names)?,
                    sharing: BoundSharing::bind(sharing, self.profile, columns)?,
                    placeholders,
                })
            })?;
        self.accounting.open(&bound.name);
        let (mut row, mut tokens, mut keys) = (StringRecord::new(), TokenSet::default(), HashSet::new());
        loop {
            let done = match table.read(&mut row)? {
                Next::End => return Ok(()),
                Next::Ragged => Err(Fault::new(&RAGGED, "")),
                Next::Row => {
                    self.read_record(&bound, &reader, &row, table.number(), tokenizer, &mut tokens, &mut keys)
                }
            };
            self.close_row(&bound.name, table.number(), done);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the scratch space of one loop")]
    fn read_record(
        &mut self,
        bound: &BoundFile,
        reader: &PeopleReader,
        row: &StringRecord,
        number: u64,
        tokenizer: &mut Tokenizer,
        tokens: &mut TokenSet,
        keys: &mut HashSet<String>,
    ) -> Result<(), Fault> {
        let mut lost = Vec::new();
        let joined = bound.join(row, &mut lost);
        let row = Row { own: row, joined: &joined };
        let raw_id = bound.record_id(&row)?.unwrap_or_else(|| number.to_string());
        if self.people.contains(&raw_id) {
            return Err(Fault::new(&DUPLICATE, "record_id"));
        }
        if let Some(key) = bound.key(&row)?
            && !keys.insert(key.to_owned())
        {
            return Err(Fault::new(&DUPLICATE, "key"));
        }
        let mut nulled = Nulled::default();
        let mut identity = reader.identity.read(&row, &mut nulled);
        let said = bound.apply(&row, identity.birth, &lost)?;
        // From here on the row is taken.
        for field in &nulled.0 {
            *self.unusable.entry((*field).to_owned()).or_default() += 1;
        }
        if nulled.0.contains(&"birth_date") {
            self.accounting.warn(&bound.name, number, "birth_date", &BIRTH_DATE_UNUSABLE);
        }
        for field in reader.placeholders.remove(&mut identity) {
            *self.placeholders.entry(field.to_owned()).or_default() += 1;
        }
        let (consent, doubtful) = reader.sharing.read(&row);
        if doubtful {
            self.accounting.warn(&bound.name, number, "consent", &CONSENT_UNKNOWN);
        }
        tokens.clear();
        if consent.scope == Scope::Link {
            tokenizer.tokenize(&identity, tokens);
        }
        let whole_source = self.profile.sharing.as_ref().is_some_and(|s| s.victim_service_provider);
        let record = Record {
            id: self.ids.record(&self.profile.source, &raw_id),
            birth: identity.birth,
            consent,
            victim_service_provider: whole_source,
            answers: crate::demographics::Answers::default(),
            span: None,
        };
        let at = self.people.add(raw_id, record, tokens);
        self.take(bound, &row, number, at, said);
        Ok(())
    }

    fn read_events(&mut self, file: &RawFile) -> Result<(), EncodeError> {
        let mut table = RawTable::open(self.profile, file)?;
        let (bound, ()) =
            BoundFile::bind(self.profile, self.files, &table, &mut self.accounting, |_| Ok(()))?;
        self.accounting.open(&bound.name);
        let (mut row, mut keys) = (StringRecord::new(), HashSet::new());
        loop {
            let done = match table.read(&mut row)? {
                Next::End => return Ok(()),
                Next::Ragged => Err(Fault::new(&RAGGED, "")),
                Next::Row => self.read_event(&bound, &row, table.number(), &mut keys),
            };
            self.close_row(&bound.name, table.number(), done);
        }
    }

    fn read_event(
        &mut self,
        bound: &BoundFile,
        row: &StringRecord,
        number: u64,
        keys: &mut HashSet<String>,
    ) -> Result<(), Fault> {
        let mut lost = Vec::new();
        let joined = bound.join(row, &mut lost);
        let row = Row { own: row, joined: &joined };
        let raw_id = bound.record_id(&row)?.unwrap_or_default();
        let at = self.people.find(&raw_id).ok_or_else(|| Fault::new(&RECORD_UNKNOWN, "record_id"))?;
        let key = bound.key(&row)?;
        if key.is_some_and(|key| keys.contains(key)) {
            return Err(Fault::new(&DUPLICATE, "key"));
        }
        let said = bound.apply(&row, self.people.records[at as usize].birth, &lost)?;
        keys.extend(key.map(str::to_owned));
        self.take(bound, &row, number, at, said);
        Ok(())
    }

    /// Takes what a row said into the record at `at`.
    fn take(&mut self, bound: &BoundFile, row: &Row<'_>, number: u64, at: u32, said: Said) {
        for warning in &said.warnings {
            self.accounting.warn(&bound.name, number, &warning.field, warning.rule);
        }
        let record = &mut self.people.records[at as usize];
        record.answers.merge(&said.answers);
        record.victim_service_provider |= said.victim_service_provider;
        let record_id = record.id;
        let number = number.to_le_bytes();
        let row_key = bound.key(row).ok().flatten().map_or(number.as_slice(), str::as_bytes);
        let file = bound.name.to_lowercase();
        let mut seen: Vec<Draft> = Vec::new();
        for draft in said.drafts {
            // Two rules, or a code listed twice, may say the same thing of one row: one event.
            if seen.contains(&draft) {
                continue;
            }
            let says = draft.message();
            let id = self.ids.event(&[file.as_bytes(), &record_id, row_key, says.as_bytes()]);
            seen.push(draft.clone());
            self.people.add_event(id, at, draft);
        }
    }

    fn close_row(&mut self, file: &str, number: u64, done: Result<(), Fault>) {
        match done {
            Ok(()) => self.accounting.used(file),
            Err(fault) => self.accounting.quarantine(file, number, &fault),
        }
        self.rows += 1;
        if self.rows.is_multiple_of(1024) {
            (self.progress)(self.rows);
        }
    }
}
