//! A raw export in, an extract out.

use std::path::Path;

use chrono::{Local, NaiveDate};
use domain::{CityId, EXTRACT_VERSION, Manifest, TOKEN_SCHEME};

use crate::accounting::{
    CODE_UNKNOWN, CONSENT_UNKNOWN, DATE_UNUSABLE, DEMOGRAPHIC_UNKNOWN, KEY_MISSING, KEY_ROUNDED,
    RECORD_UNKNOWN,
};
use crate::error::EncodeError;
use crate::event_rules::outcomes;
use crate::gather::gather;
use crate::key_pair::AgencyKeys;
use crate::last_look::LastLook;
use crate::profile::{Format, Profile};
use crate::progress::Progress;
use crate::raw_files::RawFiles;
use crate::settle::settle;
use crate::spill::{Rooms, Sorter};
use crate::summary::Summary;
use crate::write_events::write_events;
use crate::write_extract::{ExtractFolder, Paper, events_entry, people_entry, quarantine_path};
use crate::write_people::PeopleWriter;

/// An encoding: which export, as which profile says, with whose keys, and where its extract goes.
#[derive(Clone, Copy)]
pub struct Encoding<'a> {
    /// What the export's files and columns are.
    pub profile: &'a Profile,
    /// The raw export: a file, a folder or a zip archive.
    pub input: &'a Path,
    /// The agency's keys.
    pub keys: &'a AgencyKeys,
    /// The city that the keys must be of.
    pub city: &'a CityId,
    /// The extract folder.
    pub out: &'a Path,
    /// Another day than today: for fictitious cities, whose clients' consents are of their own time.
    pub day: Option<NaiveDate>,
}

impl Encoding<'_> {
    /// Encodes the export into the extract folder, which is replaced as a whole or not at all. The quarantine is
    /// written beside it, to `<out>.quarantine.json`, and stays at the agency. `progress` is told how far it has come.
    ///
    /// Memory does not grow with the export, but for 30 bytes a row of files that others are joined with:
    /// what has to wait for its order lies in nameless temporary files beside `out`.
    ///
    /// Equal input, profile and keys give equal tables on days on which the same consents are in force and the same dates
    /// can be right: neither a birth ahead or 125 years back, nor an event more than a year ahead. The manifest names the day.
    ///
    /// # Errors
    /// [`EncodeError`]: the profile lacks what encoding needs, a key is of another city, a file is
    /// refused, a column of the extract would identify people, or the disk fails. Nothing is half-written.
    ///
    /// # Privacy
    /// The extract holds no identifier. Records whose consent is not to be linked, or not in force today, leave without tokens; the hub
    /// drops the tokens of those whose consent is not in force on the report date.
    pub fn encode(self, progress: &mut dyn FnMut(Progress)) -> Result<Summary, EncodeError> {
        self.prepare(progress)?.put_in_place(&[])
    }

    /// As [`Self::encode`], without its last step: nothing of it stands in its place yet. For papers that tell of the
    /// extract, and are to stand beside it as it is, or not at all.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn prepare(self, progress: &mut dyn FnMut(Progress)) -> Result<Prepared, EncodeError> {
        self.prepare_in(Rooms::USUAL, progress)
    }
}

/// An extract that is whole, and waits to be put in its place. Dropped, it leaves nothing.
pub struct Prepared {
    folder: ExtractFolder,
    manifest: Manifest,
    entries: Sorter,
    /// Counts; whoever has more to note adds it.
    pub summary: Summary,
}

impl Prepared {
    /// Puts the extract in its place, its quarantine and `papers` beside it: all of them, or none.
    ///
    /// # Errors
    /// [`EncodeError`]; then whatever stood there before stands there still.
    pub fn put_in_place(self, papers: &[Paper]) -> Result<Summary, EncodeError> {
        self.folder.finish(&self.manifest, self.entries, papers)?;
        Ok(self.summary)
    }
}

impl Encoding<'_> {
    fn prepare_in(self, rooms: Rooms, progress: &mut dyn FnMut(Progress)) -> Result<Prepared, EncodeError> {
        let Self { profile, input, keys, city, out, day } = self;
        let day = day.unwrap_or_else(|| Local::now().date_naive());
        let sharing = profile.sharing.as_ref().ok_or_else(|| {
            profile.fault("sharing: say what may leave the agency (see schemas/sources/README.md)")
        })?;
        let system = profile.system.ok_or_else(|| {
            profile.fault("system: name the system the source belongs to, for example \"public_health\"")
        })?;
        keys.check(city, &profile.source)?;
        let files = RawFiles::open(profile, input)?;
        let folder = ExtractFolder::prepare(out, &profile.source)?;
        let gathered = gather(profile, &files, keys, folder.scratch(), (rooms, day), progress);
        // Before what may be wrong for no other reason.
        files.refuse_changed()?;
        let mut gathered = gathered.map_err(|error| files.of_damage(error))?;
        let hashed = gathered.hashed;

        let mut summary = Summary::new(&profile.source, city, system, quarantine_path(out));
        summary.know(sharing);
        summary.notes = std::mem::take(&mut gathered.notes);
        let outcomes = outcomes(profile);
        let mut people = PeopleWriter::create(folder.people(), keys.linkage.epoch(), sharing)?;
        let settled = settle(
            gathered,
            &outcomes,
            (sharing, day),
            Sorter::new(folder.scratch(), rooms.events),
            &mut people,
            &mut summary,
            progress,
        )?;
        let people = people.finish()?;
        let people_file = settled.accounting.name(settled.files[0].number);
        refuse_missing_ids(&settled.accounting.wrong_lists(&KEY_MISSING), people_file)?;
        refuse_rounded_ids(&settled.accounting.wrong_lists(&KEY_ROUNDED))?;
        let strange = settled.accounting.wrong_lists(&RECORD_UNKNOWN);
        // Without a person whatever names one is of none.
        let somebody = people.rows > 0;
        refuse_strange_ids(strange.iter().find(|(file, ..)| somebody && !settled.accounting.has_used(file)))?;
        for (file, _, cells, rows) in strange.into_iter().filter(|_| somebody) {
            summary.notes.push(format!(
                "{file}: {cells} of {rows} rows are of no record in the file of identities: look whether it was exported on \
                 the same day, and of the same people"
            ));
        }
        for (file, column, cells, _) in settled.accounting.fields(&DATE_UNUSABLE) {
            summary.notes.push(format!(
                "{file}: {cells} cells of `{column}` hold no date that can be read, and what happened then is left out: correct them at \
                 the source; what stands for none belongs into `blanks = [\"…\"]` at the head of the profile"
            ));
        }
        for (file, _, cells, _) in settled.accounting.fields(&CONSENT_UNKNOWN) {
            summary.notes.push(format!(
                "{file}: the consent in {cells} rows can't be read: where its code is none of the profile's the record stays at the \
                 agency, where a day can't be read, or the days contradict each other, it leaves without tokens; list every code in `consent_scope`, those for no too"
            ));
        }
        refuse_wrong_lists(&settled.accounting.wrong_lists(&CODE_UNKNOWN))?;
        for (file, column, cells, rows) in settled.accounting.fields(&CODE_UNKNOWN) {
            if cells >= LEAST_SKIPPED {
                summary.notes.push(format!(
                    "{file}: {cells} of {rows} rows hold a code of `{column}` that the profile lacks: one of another year, or written \
                     otherwise (`1 - Yes`); the quarantine file tells which rows, and which of them are set aside"
                ));
            }
        }
        refuse_wrong_consents(&settled.accounting.wrong_lists(&CONSENT_UNKNOWN))?;
        settled.birth_days.refuse(&settled.files)?;
        let look = (!settled.birth_days.saw_most(settled.events.count())).then(LastLook::new);
        let (events, span) =
            write_events(folder.events(), settled.events, &outcomes, sharing.date_precision, look)?;

        summary.events = events.rows;
        summary.quarantined = settled.accounting.quarantined();
        for (file, field, cells, rows) in settled.accounting.wrong_lists(&DEMOGRAPHIC_UNKNOWN) {
            summary.notes.push(format!(
                "{file}: {cells} of {rows} rows hold a code of `{field}` outside the profile's list, and count as unknown: \
                 the list may be of another year"
            ));
        }
        let (rows, entries, by_rule) = settled.accounting.finish();
        (summary.rows, summary.by_rule) = (rows, by_rule);
        note_rows(&mut summary, profile);
        summary.note(hashed);
        let manifest = Manifest {
            extract_version: EXTRACT_VERSION,
            city: city.clone(),
            agency: profile.source.clone(),
            system,
            token_scheme: TOKEN_SCHEME,
            key_epoch: keys.linkage.epoch().to_owned(),
            key_fingerprint: keys.linkage.fingerprint(),
            encoded_on: Some(day),
            first_event: span.map(|(first, _)| first),
            last_event: span.map(|(_, last)| last),
            rows_read: summary.rows.clone(),
            rows_quarantined: summary.quarantined,
            one_record_per_person: profile.one_record_per_person,
            people: people_entry(people),
            events: events_entry(events),
        };
        Ok(Prepared { folder, manifest, entries, summary })
    }
}

/// Notes of which files most rows are lost, or none is there.
fn note_rows(summary: &mut Summary, profile: &Profile) {
    for rows in &summary.rows {
        if rows.read >= LEAST_SKIPPED && 2 * rows.skipped > rows.read {
            summary.notes.push(format!(
                "{}: {} of {} rows are skipped, as `skip_when` in the profile says: look whether they mean nothing",
                rows.file, rows.skipped, rows.read
            ));
        }
    }
    for rows in &summary.rows {
        if rows.read >= LEAST_SKIPPED
            && 2 * rows.quarantined > rows.read
            && !is_told(&summary.notes, &rows.file)
        {
            summary.notes.push(format!(
                "{}: {} of {} rows are set aside: the quarantine file tells why",
                rows.file, rows.quarantined, rows.read
            ));
        }
    }
    // HMIS exports have all files, whether there is anything to say in them or not; but of many people some have left.
    let hmis = profile.format == Format::HmisCsv;
    let many = summary.rows.iter().any(|rows| rows.read >= LEAST_SKIPPED);
    let required = |name: &str| {
        profile.files.iter().any(|rules| !rules.optional && rules.name.eq_ignore_ascii_case(name))
    };
    let empty = summary.rows.iter().filter(|rows| rows.read == 0).map(|rows| &rows.file);
    let files: Vec<_> =
        empty.filter(|file| !hmis || many && required(file)).map(|file| format!("`{file}`")).collect();
    if !files.is_empty() {
        summary.notes.push(format!("no row stands in {}", files.join(", ")));
    }
}

/// A column of which most cells hold codes outside the profile's list was written by another list.
fn refuse_wrong_lists(wrong: &[(&str, &str, u64, u64)]) -> Result<(), EncodeError> {
    let Some((file, field, cells, rows)) = wrong.first() else { return Ok(()) };
    Err(EncodeError::input(
        file,
        format!(
            "in column `{field}` {cells} of {rows} rows hold codes outside the profile's list: the list may be \
             of another year"
        ),
        "use the profile of the export's year, or bring the list in the profile up to date",
    ))
}

/// A file of identities of which no row has an id holds nobody, and is no empty one.
fn refuse_missing_ids(missing: &[(&str, &str, u64, u64)], people: &str) -> Result<(), EncodeError> {
    let all = missing
        .iter()
        .find(|(file, field, cells, rows)| *file == people && *field == "record_id" && cells == rows);
    let Some((file, _, _, rows)) = all else { return Ok(()) };
    Err(EncodeError::input(
        file,
        format!("none of {rows} rows has an id: a column that `record_id` names is blank in all of them"),
        "export it filled, or name another in `record_id`; without `record_id` each row is a record of its own",
    ))
}

/// A file of which most ids are rounded was opened and saved by a spreadsheet.
fn refuse_rounded_ids(wrong: &[(&str, &str, u64, u64)]) -> Result<(), EncodeError> {
    let Some((file, field, cells, rows)) = wrong.first() else { return Ok(()) };
    Err(EncodeError::input(
        file,
        format!(
            "in {cells} of {rows} rows the id (`{field}`) is a number that was rounded: it stands for many"
        ),
        "export the ids as text, and don't save the export from a spreadsheet",
    ))
}

/// Rows of a file from which on it is told that most are skipped.
const LEAST_SKIPPED: u64 = 20;

/// Whether a note tells of the file.
fn is_told(notes: &[String], file: &str) -> bool {
    notes.iter().any(|note| note.strip_prefix(file).is_some_and(|rest| rest.starts_with(':')))
}

/// A file of which no row is of a record writes the ids of records otherwise.
fn refuse_strange_ids(strange: Option<&(&str, &str, u64, u64)>) -> Result<(), EncodeError> {
    let Some((file, _, cells, rows)) = strange else { return Ok(()) };
    Err(EncodeError::input(
        file,
        format!("{cells} of {rows} rows are of no record in the file of identities, and none is of one"),
        "see that both files write ids alike, with the same zeros, decimals (`12.0`) and marks around them, and name the column in `record`",
    ))
}

/// Consents of which most can't be read are written otherwise than the profile says.
fn refuse_wrong_consents(wrong: &[(&str, &str, u64, u64)]) -> Result<(), EncodeError> {
    let Some((file, _, cells, rows)) = wrong.first() else { return Ok(()) };
    Err(EncodeError::input(
        file,
        format!(
            "the consent of {cells} of {rows} rows can't be read: its codes or dates are not the profile's"
        ),
        "bring the codes of `consent_scope` and the formats of its days in the profile up to date",
    ))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::fs;

    use keys::{KeyFile, KeyKind};

    use super::*;

    const PROFILE: &str = r#"
        source = "s"
        format = "csv"
        system = "hotline"
        people = "p.csv"
        [identity]
        record_id = "id"
        first_name = "first"
        last_name = "last"
        birth_date = "dob"
        [sharing]
        birth_year = true
        date_precision = "day"
        purposes = ["link", "measure"]
        consent_scope = "link"
        [[file]]
        name = "p.csv"
        [[file]]
        name = "e.csv"
        record = "id"
        key = "event"
        [[file.event]]
        kind = "need"
        date = "on"
        service = { column = "need", codes = { MED = "medical", EDU = ["education", "childcare_family"] } }
    "#;

    /// Everything that an encoding leaves, by name.
    fn left(folder: &Path, rooms: Rooms, raw: &Path, keys: &AgencyKeys, city: &CityId) -> Vec<Vec<u8>> {
        let profile = Profile::parse(PROFILE, Path::new("test.toml")).expect("in a test");
        let out = folder.join("extract");
        let day = NaiveDate::from_ymd_opt(2026, 1, 15);
        let encoding = Encoding { profile: &profile, input: raw, keys, city, out: &out, day };
        let prepared = encoding.prepare_in(rooms, &mut |_| {});
        prepared.expect("in a test").put_in_place(&[]).expect("in a test");
        let files = ["people.parquet", "events.parquet", "manifest.json"].map(|name| out.join(name));
        let quarantine = folder.join("extract.quarantine.json");
        let files = files.iter().chain([&quarantine]).map(fs::read);
        files.map(|read| read.expect("in a test")).collect()
    }

    #[test]
    fn what_memory_has_no_room_for_comes_out_the_same() {
        let folder = tempfile::tempdir().expect("in a test");
        let city = CityId::new("us-ga-atlanta").expect("in a test");
        let key = |kind: KeyKind| {
            let path = folder.path().join(format!("{kind}.key"));
            let text = format!(
                "kind = \"{kind}\"\ncity = \"{city}\"\nepoch = \"1\"\nsecret = \"{}\"\n",
                "1f".repeat(32)
            );
            fs::write(&path, text).expect("in a test");
            #[cfg(unix)]
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
                .expect("in a test");
            KeyFile::read(&path, kind, &city).expect("in a test")
        };
        let keys = AgencyKeys { linkage: key(KeyKind::Linkage), record: key(KeyKind::Record) };
        let raw = folder.path().join("raw");
        fs::create_dir(&raw).expect("in a test");
        // Records twice, keys twice within a record and across, events of nobody, bad dates and codes.
        let (mut people, mut events) = ("id,first,last,dob\n".to_owned(), "event,id,on,need\n".to_owned());
        for i in 0..900_u32 {
            let (id, year) = (i % 850, 1950 + i % 50);
            writeln!(people, "{id},Ana{i},Paz{i},{year}-05-{:02}", i % 33).expect("in a test");
        }
        for i in 0..4_000_u32 {
            let (event, id) = (i % 3_700, (i * 7) % 870);
            let need = ["MED", "EDU", "MED", "x"][i as usize % 4 / (1 + usize::from(i % 5 > 0))];
            writeln!(events, "e{event},{id},2025-0{}-{:02},{need}", 1 + i % 9, 1 + i % 31)
                .expect("in a test");
        }
        fs::write(raw.join("p.csv"), people).expect("in a test");
        fs::write(raw.join("e.csv"), events).expect("in a test");

        let in_memory = left(folder.path(), Rooms::USUAL, &raw, &keys, &city);
        let small = Rooms { rows: 9_000, keys: 2_000, events: 3_000, entries: 1_500 };
        assert!(left(folder.path(), small, &raw, &keys, &city) == in_memory);
        let text = String::from_utf8_lossy(&in_memory[3]).into_owned();
        for rule in
            ["key.duplicate", "record.unknown", "date.impossible", "code.unknown", "birth_date.unusable"]
        {
            assert!(text.contains(rule), "{rule}");
        }
    }
}
