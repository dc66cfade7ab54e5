//! The second half of an encoding: record by record, in order of their keyed ids, what was read of
//! each is mapped and written.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use domain::{Breakdown, EventKind, FAMILIES, Word, age_band};

use crate::accounting::{
    Accounting, BIRTH_DATE_UNUSABLE, CONSENT_UNKNOWN, DATE_UNUSABLE, DUPLICATE, Fault, PROVIDER_UNCLEAR,
    RECORD_DISPUTED, RECORD_UNKNOWN,
};
use crate::age::Birth;
use crate::bind::{BoundFile, Provider, Said};
use crate::clock_zero::ClockZeros;
use crate::error::EncodeError;
use crate::event_rules::Draft;
use crate::gather::{Digest, Gathered, place};
use crate::identity::{BIRTH_DATE, NULLABLE};
use crate::kept_cells::KeptCells;
use crate::key_pair::{Id, IdMaker};
use crate::last_look::BirthDays;
use crate::people::Record;
use crate::placeholder::FIELDS;
use crate::profile_rules::Sharing;
use crate::progress::{Progress, Show};
use crate::protection::Protection;
use crate::put_away::{Event, Person};
use crate::same_person::Named;
use crate::sharing::Scope;
use crate::spill::{SortKey, Sorter};
use crate::summary::Summary;
use crate::write_people::PeopleWriter;

/// Keys that are looked through one by one.
const FEW: usize = 16;

/// The record whose turn it is.
struct Turn {
    id: Id,
    record: Option<Record>,
    counts: [u8; FAMILIES.len()],
    tokens: Vec<u8>,
    events: Vec<Draft>,
    /// The ids of the first of them.
    event_ids: Vec<Id>,
    keys: TakenKeys,
    /// A row whose key is another record's.
    marked: Option<(usize, u64)>,
    protection: Protection,
    /// Who its first row says that it is.
    named: Named,
    /// A later row names somebody else.
    disputed: bool,
    /// The profile says that the record means nothing.
    skipped: bool,
}

/// The keys of the rows that were taken of one file; a few, mostly.
#[derive(Default)]
struct TakenKeys {
    file: usize,
    few: Vec<Digest>,
    many: HashSet<Digest>,
}

impl TakenKeys {
    fn clear(&mut self) {
        self.few.clear();
        self.many.clear();
    }

    /// Takes a key; false where it was taken before.
    fn take(&mut self, file: usize, key: Digest) -> bool {
        if self.file != file {
            self.clear();
            self.file = file;
        }
        if self.few.contains(&key) || self.many.contains(&key) {
            return false;
        }
        if self.few.len() < FEW {
            self.few.push(key);
            return true;
        }
        self.many.insert(key)
    }
}

impl Turn {
    fn start(&mut self, id: Id) {
        self.id = id;
        self.record = None;
        self.tokens.clear();
        self.events.clear();
        self.event_ids.clear();
        self.keys.clear();
        self.marked = None;
        self.protection = Protection::default();
        self.disputed = false;
        self.skipped = false;
    }
}

/// What is left when every record has had its turn: events in no order yet, and the accounts.
pub(crate) struct Settled {
    pub(crate) events: Sorter,
    pub(crate) accounting: Accounting,
    pub(crate) birth_days: BirthDays,
    pub(crate) files: Vec<BoundFile>,
}

struct Settler<'a> {
    files: &'a [BoundFile],
    outcomes: &'a [String],
    sharing: &'a Sharing,
    day: NaiveDate,
    /// Whether rows are asked whose record is a victim service provider's.
    asks_provider: bool,
    ids: IdMaker,
    accounting: Accounting,
    people: &'a mut PeopleWriter,
    events: Sorter,
    summary: &'a mut Summary,
    cells: KeptCells,
    said: Said,
    says: Vec<u8>,
    kinds: Vec<u64>,
    /// Records that fill each of [`NULLABLE`].
    filled: [u64; NULLABLE.len()],
    birth_days: BirthDays,
    clock_zeros: ClockZeros,
    /// Rows that are set aside and hold an identification, by file.
    identifications_lost: BTreeMap<usize, u64>,
}

/// Maps and writes what was read: records to `people`, events to the empty sorter `events`. What consents
/// allow is asked of the day `day`.
pub(crate) fn settle(
    gathered: Gathered,
    outcomes: &[String],
    (sharing, day): (&Sharing, NaiveDate),
    events: Sorter,
    people: &mut PeopleWriter,
    summary: &mut Summary,
    show: Show<'_>,
) -> Result<Settled, EncodeError> {
    let Gathered { files, rows, accounting, ids, .. } = gathered;
    let (of_rows, mut done) = (rows.count(), 0_u64);
    let mut sorted = rows.finish().map_err(EncodeError::scratch)?;
    let mut run = Settler {
        files: &files,
        outcomes,
        sharing,
        day,
        asks_provider: !sharing.victim_service_provider_rows.is_empty(),
        ids,
        accounting,
        people,
        events,
        summary,
        cells: KeptCells::default(),
        said: Said::default(),
        says: Vec::new(),
        kinds: vec![0; EventKind::ALL.len()],
        filled: [0; NULLABLE.len()],
        birth_days: BirthDays::new(files.len()),
        clock_zeros: ClockZeros::new(files.len()),
        identifications_lost: BTreeMap::new(),
    };
    let mut turn = Turn {
        id: Id::default(),
        record: None,
        counts: [0; FAMILIES.len()],
        tokens: Vec::new(),
        events: Vec::new(),
        event_ids: Vec::new(),
        keys: TakenKeys::default(),
        marked: None,
        protection: Protection::default(),
        named: Named::default(),
        disputed: false,
        skipped: false,
    };
    while let Some((key, item)) = sorted.next().map_err(EncodeError::scratch)? {
        if key.id() != turn.id {
            run.close(&mut turn)?;
            turn.start(key.id());
        }
        let (file, row, mark) = place(key.order);
        if mark && let [may_say] = item {
            turn.protection.saw_unreadable(*may_say);
            continue;
        }
        if mark {
            turn.marked = Some((file, row));
            continue;
        }
        let taken =
            if file == 0 { run.person(&mut turn, row, item) } else { run.event(&mut turn, file, row, item) };
        let number = files[file].number;
        match taken {
            Ok(()) => {
                for warning in &run.said.warnings {
                    run.accounting.warn(number, row, &warning.field, warning.rule)?;
                }
                if run.said.skipped {
                    run.accounting.skipped(number);
                } else {
                    run.accounting.used(number);
                }
            }
            Err(fault) => run.accounting.quarantine(number, row, &fault)?,
        }
        done += 1;
        if done.is_multiple_of(4096) {
            show(Progress::Writing { rows: done, of_rows });
        }
    }
    run.close(&mut turn)?;
    for file in &files {
        file.judge(run.accounting.name(file.number), &mut run.summary.notes)?;
    }
    let name = |file: &BoundFile| run.accounting.name(file.number).to_owned();
    run.summary.notes.extend(run.clock_zeros.notes(&files, name));
    for (file, rows) in &run.identifications_lost {
        run.summary.notes.push(format!(
            "{rows} rows of `{}` that are set aside hold an identification, by the profile's conditions: the quarantine file tells \
             which rows; correct them at the source",
            run.accounting.name(*file)
        ));
    }
    for (kind, count) in EventKind::ALL.iter().zip(&run.kinds).filter(|(_, count)| **count > 0) {
        run.summary.events_by_kind.insert(kind.word().to_owned(), *count);
    }
    run.summary.filled = NULLABLE.iter().map(|field| (*field).to_owned()).zip(run.filled).collect();
    show(Progress::Writing { rows: of_rows, of_rows });
    let Settler { events, accounting, birth_days, .. } = run;
    Ok(Settled { events, accounting, birth_days, files })
}

impl Settler<'_> {
    /// A row of the file of identities.
    fn person(&mut self, turn: &mut Turn, row: u64, item: &[u8]) -> Result<(), Fault> {
        let (person, rest) = Person::take_up(item);
        let (lost, digest) = self.take_up(0, rest);
        let taken = self.take_person(turn, row, &person, (lost, digest));
        self.protect(turn, 0, person.birth, lost, taken.is_ok() && !self.said.skipped);
        if taken.is_err() || self.said.skipped {
            turn.protection.saw_consent(person.consent);
        }
        taken
    }

    fn take_person(
        &mut self,
        turn: &mut Turn,
        row: u64,
        person: &Person<'_>,
        (lost, digest): (u32, Digest),
    ) -> Result<(), Fault> {
        let named = Named { birth: person.birth, names: person.names };
        if let Some(record) = &turn.record {
            let another = turn.named.is_another(named);
            turn.disputed |= another;
            if another || (turn.disputed && self.files[0].several_rows) {
                return Err(Fault::new(&RECORD_DISPUTED, "record_id"));
            }
            if !self.files[0].several_rows {
                return Err(Fault::new(&DUPLICATE, "record_id"));
            }
            return self.take_further(turn, row, person, record.birth, (lost, digest));
        }
        self.apply(turn, (0, row), person.birth, lost)?;
        if self.said.skipped {
            turn.skipped = true;
            return Ok(());
        }
        self.take_key(turn, 0, digest)?;
        for (bit, filled) in self.filled.iter_mut().enumerate() {
            *filled += u64::from(person.nulled.filled >> bit & 1);
        }
        count(&mut self.summary.unusable, person.nulled.nulled, |bit| NULLABLE[bit]);
        count(&mut self.summary.placeholders, person.placeholders, |bit| FIELDS[bit].0);
        if person.doubtful {
            self.said.warnings.insert(0, Fault::new(&CONSENT_UNKNOWN, "consent"));
        }
        if person.nulled.nulled & BIRTH_DATE != 0 {
            self.said.warnings.insert(0, Fault::new(&BIRTH_DATE_UNUSABLE, "birth_date"));
        }
        turn.named = named;
        turn.counts = *person.counts;
        turn.tokens.extend_from_slice(person.tokens);
        turn.record = Some(Record {
            id: turn.id,
            birth: person.birth,
            consent: person.consent,
            victim_service_provider: self.sharing.victim_service_provider,
            day: self.day,
            answers: crate::demographics::Answers::default(),
            span: None,
        });
        self.birth_days.consent(person.consent, person.birth, self.sharing.date_precision);
        self.take(turn, 0, row);
        Ok(())
    }

    /// A further row of a record that the file of identities has several of: what it says of who somebody is
    /// stays unread, and of consent it can take, not give.
    fn take_further(
        &mut self,
        turn: &mut Turn,
        row: u64,
        person: &Person<'_>,
        birth: Birth,
        (lost, digest): (u32, Digest),
    ) -> Result<(), Fault> {
        self.apply(turn, (0, row), birth, lost)?;
        if self.said.skipped {
            return Ok(());
        }
        self.take_key(turn, 0, digest)?;
        if person.said || person.doubtful {
            turn.protection.saw_consent(person.consent);
        }
        if person.doubtful {
            self.said.warnings.insert(0, Fault::new(&CONSENT_UNKNOWN, "consent"));
        }
        self.take(turn, 0, row);
        Ok(())
    }

    fn take_key(&self, turn: &mut Turn, file: usize, digest: Digest) -> Result<(), Fault> {
        let free = !self.files[file].has_key() || turn.keys.take(file, digest);
        if free { Ok(()) } else { Err(Fault::new(&DUPLICATE, "key")) }
    }

    /// A row of another file.
    fn event(&mut self, turn: &mut Turn, file: usize, row: u64, item: &[u8]) -> Result<(), Fault> {
        let Some(record) = &turn.record else {
            if turn.skipped {
                self.said.skip();
                return Ok(());
            }
            return Err(Fault::new(&RECORD_UNKNOWN, "record_id"));
        };
        let birth = record.birth;
        let (lost, digest) = self.take_up(file, item);
        let mut taken = self.apply(turn, (file, row), birth, lost);
        let skipped = taken.is_ok() && self.said.skipped;
        if taken.is_ok() && !skipped {
            taken = if turn.disputed {
                Err(Fault::new(&RECORD_DISPUTED, "record_id"))
            } else {
                self.take_key(turn, file, digest)
            };
        }
        self.protect(turn, file, birth, lost, taken.is_ok() && !skipped);
        taken?;
        if !skipped {
            self.take(turn, file, row);
        }
        Ok(())
    }

    /// Takes up what was put away of a row's cells. Gives what its joins lost, and the digest of its key.
    fn take_up(&mut self, file: usize, item: &[u8]) -> (u32, Digest) {
        let (lost, item) = item.split_first_chunk().expect("what joins lost stands first");
        let (digest, cells) = item.split_first_chunk().expect("the key's digest stands before the cells");
        self.cells.take_up(self.files[file].later.len(), cells);
        (u32::from_le_bytes(*lost), *digest)
    }

    /// Asks the file's rules what the row says that was taken up.
    fn apply(&mut self, turn: &Turn, place: (usize, u64), birth: Birth, lost: u32) -> Result<(), Fault> {
        if turn.marked == Some(place) {
            return Err(Fault::new(&DUPLICATE, "key"));
        }
        if let Some(fault) = BoundFile::without_key(lost) {
            return Err(fault);
        }
        let (file, row) = (&self.files[place.0], self.cells.row());
        let applied = file.apply(&row, birth, lost, &mut self.said);
        if applied.is_err() && file.identifies(&row, birth) {
            *self.identifications_lost.entry(file.number).or_default() += 1;
        }
        applied
    }

    /// Notes what protects the record in the row that was taken up, `taken`, skipped or set aside.
    fn protect(&mut self, turn: &mut Turn, file: usize, birth: Birth, lost: u32, taken: bool) {
        let (bound, row) = (&self.files[file], self.cells.row());
        if bound.asks_provider() {
            let provider = bound.provider(&row, birth, lost);
            turn.protection.saw(provider);
            if taken && provider == Provider::Unclear && bound.knows_providers() {
                self.said.warnings.push(Fault::new(&PROVIDER_UNCLEAR, "victim_service_provider"));
            }
        }
        let asks_age = self.sharing.minimum_age.is_some();
        // What happened on a day that can't be read may have been the first.
        let dateless = || self.said.warnings.iter().any(|warning| warning.rule == &DATE_UNUSABLE);
        if asks_age && (!taken || dateless()) {
            turn.protection.saw_dates(bound, &row);
        }
    }

    /// Takes what a row said into its record.
    fn take(&mut self, turn: &mut Turn, file: usize, number: u64) {
        let Some(record) = &mut turn.record else { return };
        record.answers.merge(&self.said.answers);
        let bound = &self.files[file];
        let number = number.to_le_bytes();
        let row = self.cells.row();
        let row_key = bound.key(&row);
        let row_key = row_key.as_deref().map_or(number.as_slice(), str::as_bytes);
        let before = turn.events.len();
        for draft in &self.said.drafts {
            // Two rules, or a code listed twice, may say the same thing of one row: one event.
            if turn.events[before..].contains(draft) {
                continue;
            }
            draft.message(self.outcomes, &mut self.says);
            let parts = [bound.lower_name.as_bytes(), &turn.id, row_key, &self.says];
            self.ids.event(&parts, &mut turn.event_ids);
            turn.events.push(*draft);
            record.saw(draft.date);
            self.clock_zeros.saw(file, draft.kind, draft.date);
            self.birth_days.saw(file, draft, record.birth, self.sharing.date_precision);
        }
    }

    /// Writes the record whose rows have all been taken.
    fn close(&mut self, turn: &mut Turn) -> Result<(), EncodeError> {
        let Some(mut record) = turn.record.take() else { return Ok(()) };
        self.ids.events(&mut turn.event_ids);
        let given = record.consent.scope;
        record.consent = turn.protection.narrow(record.consent);
        let providers = turn.protection.is_providers(self.asks_provider);
        record.victim_service_provider |= providers;
        let least_age = turn.protection.least_age(record.birth, record.span.map(|(first, _)| first));
        if let Some(rule) = record.consent.withheld(self.sharing.minimum_age, least_age) {
            self.summary.withheld += 1;
            *self.summary.withheld_by_rule.entry(rule.to_owned()).or_default() += 1;
            return Ok(());
        }
        self.summary.providers_unclear += u64::from(providers && !turn.protection.is_told());
        self.summary.consents_unread += u64::from(
            given == Scope::Link
                && record.consent.scope != Scope::Link
                && turn.protection.consent_is_unread(),
        );
        self.summary.consents_lapsed +=
            u64::from(record.consent.scope == Scope::Link && !record.consent.in_force(self.day));
        self.people.push(&record, &turn.counts, &turn.tokens, self.summary)?;
        // Most events of an age follow one another.
        let mut last: Option<(Option<u32>, u8)> = None;
        for (id, draft) in turn.event_ids.iter().zip(&turn.events) {
            let age = record.birth.age_at(draft.date);
            let age_band = match last {
                Some((known, band)) if known == age => band,
                _ => Breakdown::AgeBand.code(age_band(age)).expect("an age band is in its list"),
            };
            last = Some((age, age_band));
            let event = Event { record: record.id, age_band, draft: *draft };
            self.kinds[draft.kind.code()] += 1;
            self.events.push(SortKey::new(id, 0), &event.put_away()).map_err(EncodeError::scratch)?;
        }
        Ok(())
    }
}

/// Counts the fields whose bits are set.
fn count(counts: &mut BTreeMap<String, u64>, mask: u16, name: impl Fn(usize) -> &'static str) {
    for bit in (0..u16::BITS as usize).filter(|bit| mask & (1 << bit) != 0) {
        *counts.entry(name(bit).to_owned()).or_default() += 1;
    }
}
