//! The first half of an encoding: every row of every file is read once, in order, and put away
//! under the keyed id of its record.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use domain::Rule;

use crate::accounting::{Accounting, FOOTER, Fault, HEADER_AGAIN};
use crate::bind::BoundFile;
use crate::column_doubt::judge_dates;
use crate::date_order::DateCounts;
use crate::error::EncodeError;
use crate::first_pass::{FirstPass, first_pass, names_of};
use crate::hashed_hmis::Names;
use crate::identity::IdentityColumns;
use crate::kept_cells::KeptCells;
use crate::key_pair::{AgencyKeys, Id, IdMaker};
use crate::lookup::digest;
use crate::placeholder::Placeholders;
use crate::possible_days::PossibleDays;
use crate::profile::Profile;
use crate::progress::{Progress, Show};
use crate::protection::MaySay;
use crate::put_away::Person;
use crate::raw_files::{RawFile, RawFiles};
use crate::raw_row::RawRow;
use crate::read_table::{Next, RawTable};
use crate::same_person::NameMarker;
use crate::sharing::{BoundSharing, Scope};
use crate::spill::{Rooms, SortKey, Sorter};
use crate::token_set::TokenSet;
use crate::tokenize::Tokenizer;
use crate::tool_line::is_tool_line;
use crate::utf8_watch::is_encoded_twice;
use crate::whole_id::{IdForm, twin};

/// What tells a row's key from others.
pub(crate) type Digest = [u8; 16];

/// Where a row stands in the order of its record: file by file, row by row, and before the row
/// whether its key is another record's.
pub(crate) fn order(file: usize, row: u64, mark: bool) -> u64 {
    (file as u64) << 48 | row << 1 | u64::from(!mark)
}

/// File, row, and whether it is a mark; the reverse of [`order`].
pub(crate) fn place(order: u64) -> (usize, u64, bool) {
    ((order >> 48) as usize, order << 16 >> 17, order & 1 == 0)
}

/// Everything that was read.
pub(crate) struct Gathered {
    pub(crate) files: Vec<BoundFile>,
    pub(crate) rows: Sorter,
    pub(crate) accounting: Accounting,
    pub(crate) ids: IdMaker,
    /// Whether names or numbers are hashed, declared so or not.
    pub(crate) hashed: bool,
    /// What whoever made the export should know.
    pub(crate) notes: Vec<String>,
}

/// Reads the export on the day `day`.
pub(crate) fn gather(
    profile: &Profile,
    raw: &RawFiles,
    keys: &AgencyKeys,
    scratch: &Path,
    (rooms, day): (Rooms, NaiveDate),
    show: Show<'_>,
) -> Result<Gathered, EncodeError> {
    let mut run = Gatherer {
        profile,
        day,
        raw,
        files: Vec::new(),
        ids: IdMaker::new(&keys.record),
        id_form: IdForm::default(),
        accounting: Accounting::new(scratch, rooms.entries),
        rows: Sorter::new(scratch, rooms.rows),
        keys: Sorter::new(scratch, rooms.keys),
        hashed: false,
        notes: Vec::new(),
        read: 0,
        bytes: raw.bytes_to_read(profile),
        show,
    };
    let names = names_of(profile, raw)?;
    run.read_people(&mut Tokenizer::new(&keys.linkage), names)?;
    let mut absent = Vec::new();
    for rules in &profile.files {
        if !RawFiles::is_people(profile, &rules.name) {
            match raw.find_optional(&rules.name)? {
                Some(file) => run.read_events(&file)?,
                None if rules.optional => absent.push(format!("`{}`", rules.name)),
                None => drop(raw.require(&rules.name)?),
            }
        }
    }
    if !absent.is_empty() {
        run.notes.push(format!(
            "the export has no {} (`optional` in the profile): nothing of it is in the extract",
            absent.join(", ")
        ));
    }
    run.mark_keys_of_other_records()?;
    let Gatherer { mut files, rows, accounting, ids, hashed, notes, .. } = run;
    files.iter_mut().for_each(BoundFile::forget_joins);
    Ok(Gathered { files, rows, accounting, ids, hashed, notes })
}

struct Gatherer<'a> {
    profile: &'a Profile,
    day: NaiveDate,
    raw: &'a RawFiles,
    files: Vec<BoundFile>,
    ids: IdMaker,
    id_form: IdForm,
    accounting: Accounting,
    rows: Sorter,
    keys: Sorter,
    hashed: bool,
    notes: Vec<String>,
    read: u64,
    bytes: u64,
    show: Show<'a>,
}

/// The identity side of the file of identities.
struct PeopleReader {
    identity: IdentityColumns,
    sharing: BoundSharing,
    placeholders: Placeholders,
}

impl Gatherer<'_> {
    fn read_people(&mut self, tokenizer: &mut Tokenizer, names: Names) -> Result<(), EncodeError> {
        let file = self.raw.people(self.profile)?;
        let births = PossibleDays::of_births(self.day);
        let FirstPass { placeholders, short, id_form, note, mut read } =
            first_pass(self.profile, &file, names, births)?;
        self.notes.extend(note);
        self.id_form = id_form;
        let sharing = self.profile.sharing.as_ref().expect("encode checks that the profile has [sharing]");
        let mut table = RawTable::open(self.profile, &file)?;
        let (mut bound, reader) =
            BoundFile::bind(self.profile, self.raw, &table, &mut self.accounting, self.day, |columns| {
                Ok(PeopleReader {
                    identity: IdentityColumns::bind(self.profile, columns, names, births)?
                        .with_short_hashes(short),
                    // Nobody can say what `#REF!` stood for in a consent: it is no blank.
                    sharing: columns
                        .as_written(|columns| BoundSharing::bind(sharing, self.profile, columns))?,
                    placeholders,
                })
            })?;
        bound.id_form = id_form;
        self.note_absent(&file.name, &bound, reader.sharing.absent());
        let cells = || KeptCells::with(&self.profile.blanks);
        let (mut raw, mut now, mut later) = (RawRow::default(), cells(), cells());
        let (mut tokens, marker) = (TokenSet::default(), NameMarker::default());
        let mut may_say = self.may_say(&bound);
        if reader.sharing.is_by_row() {
            may_say |= MaySay::CONSENT;
        }
        let (mut nobodys, mut guards) = (0, 0);
        let (mut unnamed, mut twice): (BTreeMap<String, u64>, u64) = (BTreeMap::new(), 0);
        loop {
            match table.read(&mut raw)? {
                Next::End => break,
                Next::Unusable(rule) => {
                    guards += u64::from(self.guard(&bound, &raw, (table.number(), rule), may_say)?);
                    self.set_aside(&bound, table.number(), rule)?;
                }
                Next::Row => {
                    let mut lost = bound.keep(&raw, &mut now, &mut later);
                    twice += u64::from(is_encoded_twice(raw.text()));
                    let row = now.row();
                    let number = table.number();
                    let raw_id = match bound.record_id(&row) {
                        Ok(Some(id)) => id,
                        Ok(None) => number.to_string().into(),
                        Err(fault) => {
                            self.accounting.quarantine(bound.number, number, &fault)?;
                            nobodys += 1;
                            continue;
                        }
                    };
                    let key = bound.key_now(&row, &mut lost);
                    let id = self.ids.record(&self.profile.source, &raw_id);
                    let known = read.take(number);
                    let (mut identity, nulled) = known.unwrap_or_else(|| reader.identity.read_row(&row));
                    self.hashed |= identity.is_hashed();
                    let tells_whom = identity.first.is_some() || identity.last.is_some();
                    let placeholders = reader.placeholders.remove(&mut identity);
                    let (mut consent, doubtful) = reader.sharing.read(&row);
                    // Where nothing is lost by it, the key was left out because there was nothing to say.
                    let links = consent.scope == Scope::Link;
                    for column in reader.sharing.unnamed(&raw).filter(|_| links) {
                        consent.scope = Scope::CountOnly;
                        *unnamed.entry(column.to_owned()).or_default() += 1;
                    }
                    self.guard_twin(&raw_id, number, consent.scope)?;
                    tokens.clear();
                    if consent.scope == Scope::Link {
                        tokenizer.tokenize(&identity, &mut tokens);
                    }
                    let person = Person {
                        birth: identity.birth,
                        names: marker.mark(&identity),
                        consent,
                        doubtful,
                        said: reader.sharing.is_said(&row, tells_whom),
                        nulled,
                        placeholders,
                        counts: &tokens.counts,
                        tokens: &tokens.bytes,
                    };
                    self.put_away((&id, key.as_deref()), number, lost, |item| {
                        person.put_away(item);
                        &later
                    })?;
                }
            }
            self.show_now();
        }
        if let Some(formats) = reader.identity.birth_dates() {
            let counts = formats.counts().with(read.dates);
            judge_dates(&file.name, "birth_date", counts, DateCounts::default(), &mut self.notes)?;
        }
        self.note_nobodys(&file.name, may_say, nobodys);
        self.note_guards(&file.name, guards);
        self.note_unnamed(&file.name, unnamed);
        self.note_encoded_twice(&file.name, twice);
        self.files.push(bound);
        Ok(())
    }

    fn read_events(&mut self, file: &RawFile) -> Result<(), EncodeError> {
        let mut table = RawTable::open(self.profile, file)?;
        let (mut bound, ()) =
            BoundFile::bind(self.profile, self.raw, &table, &mut self.accounting, self.day, |_| Ok(()))?;
        bound.id_form = self.id_form;
        self.note_absent(&file.name, &bound, &[]);
        let cells = || KeptCells::with(&self.profile.blanks);
        let (mut raw, mut now, mut later) = (RawRow::default(), cells(), cells());
        // Rows of one record often follow one another.
        let (mut last_raw_id, mut id) = (String::new(), Id::default());
        let (may_say, mut nobodys, mut guards) = (self.may_say(&bound), 0, 0);
        loop {
            match table.read(&mut raw)? {
                Next::End => break,
                Next::Unusable(rule) => {
                    guards += u64::from(self.guard(&bound, &raw, (table.number(), rule), may_say)?);
                    self.set_aside(&bound, table.number(), rule)?;
                }
                Next::Row => {
                    let mut lost = bound.keep(&raw, &mut now, &mut later);
                    let row = now.row();
                    let raw_id = match bound.record_id(&row) {
                        Ok(id) => id.unwrap_or_default(),
                        Err(fault) => {
                            self.accounting.quarantine(bound.number, table.number(), &fault)?;
                            nobodys += 1;
                            continue;
                        }
                    };
                    let key = bound.key_now(&row, &mut lost);
                    if *raw_id != *last_raw_id {
                        id = self.ids.record(&self.profile.source, &raw_id);
                        last_raw_id.clear();
                        last_raw_id.push_str(&raw_id);
                    }
                    self.put_away((&id, key.as_deref()), table.number(), lost, |_| &later)?;
                }
            }
            self.show_now();
        }
        self.note_nobodys(&file.name, may_say, nobodys);
        self.note_guards(&file.name, guards);
        self.files.push(bound);
        Ok(())
    }

    /// What rows of the file may say to protect their records.
    fn may_say(&self, bound: &BoundFile) -> u8 {
        let least_age = self.profile.sharing.as_ref().and_then(|sharing| sharing.minimum_age);
        let provider = if bound.asks_provider() { MaySay::PROVIDER } else { 0 };
        let date = if least_age.is_some() && bound.has_events() { MaySay::DATE } else { 0 };
        provider | date
    }

    /// A row that can't be read may still protect its record, which may be any whose id stands in it. Where nobody
    /// can tell what stands in it, it may be anybody's, and the file is refused.
    fn guard(
        &mut self,
        bound: &BoundFile,
        raw: &RawRow,
        (number, rule): (u64, &'static Rule),
        may_say: u8,
    ) -> Result<bool, EncodeError> {
        if may_say == 0 || !bound.has_record() {
            return Ok(false);
        }
        if rule.id == HEADER_AGAIN.id || is_tool_line(rule) {
            // A total is nobody's, unless somebody is called so: `Total,1005,,`.
            if rule.id == FOOTER.id {
                let (mut now, mut later) =
                    (KeptCells::with(&self.profile.blanks), KeptCells::with(&self.profile.blanks));
                bound.keep(raw, &mut now, &mut later);
                if let Ok(Some(id)) = bound.record_id(&now.row()) {
                    self.mark(&id, number, may_say)?;
                }
            }
            return Ok(false);
        }
        let Some(ids) = bound.ids_in(raw, self.profile.delimiter) else {
            return Err(EncodeError::input(
                self.accounting.name(bound.number),
                format!(
                    "row {number} can't be read ({}), and nobody can tell whose it is: by consent, age or provider it may \
                     protect any record",
                    rule.reason
                ),
                rule.remedy,
            ));
        };
        for id in ids {
            self.mark(&id, number, may_say)?;
        }
        Ok(true)
    }

    /// Marks the record of an id with what the row `number` may say of it.
    fn mark(&mut self, id: &str, number: u64, may_say: u8) -> Result<(), EncodeError> {
        let id = self.ids.record(&self.profile.source, id);
        let guard = SortKey::new(&id, order(self.files.len(), number, true));
        self.rows.push(guard, &[may_say]).map_err(EncodeError::scratch)
    }

    /// Where ids are compared as they stand, a consent that is narrower than to link holds for the record whose id is the
    /// same number, too.
    fn guard_twin(&mut self, id: &str, number: u64, scope: Scope) -> Result<(), EncodeError> {
        if self.id_form != IdForm::AsWritten || scope == Scope::Link {
            return Ok(());
        }
        let Some(twin) = twin(id) else { return Ok(()) };
        self.mark(&twin, number, if scope == Scope::None { MaySay::TWIN_NONE } else { MaySay::TWIN })
    }

    /// Says which columns no row of the file names.
    fn note_absent(&mut self, file: &str, bound: &BoundFile, of_consent: &[String]) {
        let quoted = |columns: &mut dyn Iterator<Item = &String>| {
            columns.map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", ")
        };
        if !bound.absent.is_empty() {
            let columns = quoted(&mut bound.absent.iter());
            self.notes.push(format!(
                "no line of `{file}` has {columns}, which therefore counts as blank in all of them: look whether the export calls it \
                 otherwise now"
            ));
        }
        for (column, lines) in &bound.misspelt {
            self.notes.push(format!(
                "{lines} lines of `{file}` have a key that differs from `{column}` in one character, and stays unread: \
                 look whether it is misspelt"
            ));
        }
        for (column, last) in &bound.renamed {
            self.notes.push(format!(
                "no line of `{file}` has `{column}` behind row {last}, and only behind it stands a key that the profile does not map: look \
                 whether the export calls it otherwise since"
            ));
        }
        if !of_consent.is_empty() {
            let columns = quoted(&mut of_consent.iter());
            self.notes.push(format!(
                "without {columns} no line of `{file}` tells a consent to link: no record leaves with tokens"
            ));
        }
    }

    /// Says that rows which can't be read protect those alone whose ids stand in them.
    fn note_guards(&mut self, file: &str, rows: u64) {
        if rows > 0 {
            self.notes.push(format!(
                "{rows} rows of `{file}` can't be read: each protects, by consent, age or provider, the records whose ids stand whole \
                 in it, and nobody where none does; look whom they name"
            ));
        }
    }

    /// Says which columns of consent some lines don't name.
    fn note_unnamed(&mut self, file: &str, unnamed: BTreeMap<String, u64>) {
        self.notes.extend(unnamed.into_iter().map(|(column, lines)| {
            format!(
                "{lines} lines of `{file}` lack `{column}`, which tells a consent in others: an absent key is no answer, and their records \
                 leave without tokens; export it in each line, blank or `null` where nothing was said"
            )
        }));
    }

    /// Says that letters are no letters of anybody's name.
    fn note_encoded_twice(&mut self, file: &str, rows: u64) {
        if rows > 0 {
            self.notes.push(format!(
                "{rows} rows of `{file}` hold letters that were made UTF-8 twice (two signs for one with an accent), and meet nobody's: \
                 look in what encoding the program exports, and what opened the file since"
            ));
        }
    }

    /// Says that rows are nobody's which may protect somebody.
    fn note_nobodys(&mut self, file: &str, may_say: u8, rows: u64) {
        if may_say != 0 && rows > 0 {
            self.notes.push(format!(
                "{rows} rows of `{file}` have no id: whose record they may protect, by consent, age or provider, nobody can say, and \
                 so they protect none"
            ));
        }
    }

    /// Puts a row of the file that is being read away: what `write` writes of it, and then the cells that it gives.
    fn put_away<'c>(
        &mut self,
        (id, key): (&Id, Option<&str>),
        number: u64,
        lost: u32,
        write: impl FnOnce(&mut Vec<u8>) -> &'c KeptCells,
    ) -> Result<(), EncodeError> {
        let file = self.files.len();
        let (high, low) = key.map_or((0, 0), |key| digest(key.as_bytes()));
        let place = order(file, number, false);
        let put = |item: &mut Vec<u8>| {
            let cells = write(item);
            item.extend_from_slice(&lost.to_le_bytes());
            item.extend_from_slice(&(u128::from(high) << 64 | u128::from(low)).to_le_bytes());
            cells.put_away(item);
        };
        self.rows.push_with(SortKey::new(id, place), put).map_err(EncodeError::scratch)?;
        if key.is_some() {
            // The same key in two files is two keys.
            let key = SortKey::of_numbers(high ^ file as u64, low, place);
            self.keys.push(key, id).map_err(EncodeError::scratch)?;
        }
        Ok(())
    }

    /// A key that stands in rows of two records belongs to the first; the other rows are marked. Within
    /// one record it belongs to the first row that is taken, which only its record's turn shows.
    fn mark_keys_of_other_records(&mut self) -> Result<(), EncodeError> {
        let none = Sorter::new(Path::new(""), 0);
        let mut sorted = std::mem::replace(&mut self.keys, none).finish().map_err(EncodeError::scratch)?;
        let mut first: Option<(SortKey, Id)> = None;
        while let Some((key, id)) = sorted.next().map_err(EncodeError::scratch)? {
            let id: Id = id.try_into().expect("an id was put away");
            match &first {
                Some((known, owner)) if known.same_id(&key) => {
                    if *owner != id {
                        let (file, row, _) = place(key.order);
                        let mark = SortKey::new(&id, order(file, row, true));
                        self.rows.push(mark, &[]).map_err(EncodeError::scratch)?;
                    }
                }
                _ => first = Some((key, id)),
            }
        }
        Ok(())
    }

    fn set_aside(&mut self, bound: &BoundFile, row: u64, rule: &'static Rule) -> Result<(), EncodeError> {
        self.accounting.quarantine(bound.number, row, &Fault::new(rule, ""))
    }

    fn show_now(&mut self) {
        self.read += 1;
        if self.read.is_multiple_of(4096) {
            (self.show)(Progress::Reading {
                rows: self.read,
                bytes: self.raw.bytes_read().min(self.bytes),
                of_bytes: self.bytes,
            });
        }
    }
}
