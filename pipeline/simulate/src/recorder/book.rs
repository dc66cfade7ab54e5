//! The files of a city, and the rows that a block of people adds to them.

use std::collections::BTreeMap;

use csv::{QuoteStyle, Writer, WriterBuilder};

use crate::city::HmisVersion;
use crate::history::systems;
use crate::service::SERVICES;

/// The files that are not HMIS, in the order of [`Books::files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum File {
    Patients,
    Encounters,
    HumanClients,
    HumanCases,
    HumanNeeds,
    Complaints,
    LegalClients,
    Matters,
    Victims,
    TruthRecords,
    TruthPersons,
    TruthBadRows,
    Members,
    Applications,
    Actions,
    Children,
    Reports,
    ImmigrationClients,
    ImmigrationCases,
    Defendants,
    Bookings,
    CourtCases,
    Programs,
    Contacts,
    Survivors,
    ProviderCases,
    Plans,
}

/// Path, delimiter and header of the files in [`File`].
const PLAIN: [(&str, u8, &str); 12] = [
    (
        "public_health/patients.csv",
        b',',
        "MRN,PAT_LAST,PAT_FIRST,PAT_MI,BIRTH_DT,SEX,RACE_CD,ETHNICITY,LANG,SSN,PHONE,ADDR,ZIP,SUD_FLAG,DISAB_CD",
    ),
    (
        "public_health/encounters.csv",
        b',',
        "ENC_ID,MRN,ENC_DT,ENC_TYPE,DX1,DX2,DX3,SCREEN_SEX,SCREEN_LABOR,NEED_CODES,SVC_CODES,REF_TO,REF_RESULT,REF_RESULT_DT",
    ),
    (
        "human_services/clients.txt",
        b'|',
        "client_no,client_name,dob,gender,race_eth,ssn,street_no,street,unit,city,zip,citizenship,primary_language,disability,lgbtq",
    ),
    (
        "human_services/cases.txt",
        b'|',
        "case_no,client_no,open_date,close_date,program,exploitation_flag,finding,finding_date",
    ),
    (
        "human_services/needs.txt",
        b'|',
        "need_no,case_no,client_no,need_date,need_type,provided_date,provided_by",
    ),
    (
        "labor_enforcement/complaints.csv",
        b',',
        "ComplaintID,ComplainantName,BirthYear,Phone,Email,StreetAddress,City,PostalCode,Sex,Ethnicity,Language,Filed,Closed,Industry,WithheldDocuments,Threats,Confinement,DebtBondage,UnpaidWages,ReferredTo,ReferralOutcome,ReferralOutcomeDate,HTFinding",
    ),
    (
        "legal_services/clients.csv",
        b';',
        "ClientId,FirstName,LastName,DateOfBirth,Gender,Race,ImmigrationStatus,InterpreterNeeded,Phone,Email,Street,Zip",
    ),
    (
        "legal_services/matters.csv",
        b';',
        "MatterId,ClientId,Opened,Closed,MatterType,TraffickingScreen,Certified,CertifiedDate,ServiceDate",
    ),
    (
        "law_enforcement/victims.csv",
        b',',
        "IncidentNo,VictimSeq,IncidentDate,OffenseCode,LastName,FirstName,MiddleInitial,DOB,Sex,Race,Ethnicity,SSN,Address,Zip,Phone,ReferredServices,ReferralType",
    ),
    ("truth/records.csv", b',', "source,record_key,person_id"),
    ("truth/persons.csv", b',', ""),
    ("truth/bad_rows.csv", b',', "file,row,kind"),
];

/// The files of the further agencies, in the order of [`File`] after the ones above. Those of NDJSON have keys for a
/// header, and no delimiter.
const FURTHER: [(&str, u8, &str); 15] = [
    (
        "housing/members.csv",
        b',',
        "MemberNo,LastName,FirstName,MI,DOB,Sex,RaceWhite,RaceBlack,RaceAIAN,RaceAsian,RaceNHPI,Ethnicity,Citizenship,Disability,SSN,UnitAddress,ZIP,Phone",
    ),
    ("housing/applications.csv", b',', "AppNo,MemberNo,AppliedOn,Preference,Status,StatusOn"),
    ("housing/actions.csv", b',', "ActionNo,MemberNo,EffectiveOn,ActionCode,Program"),
    ("child_welfare/children.csv", b',', "ChID,LastName,FirstName,MiddleName,ChBDate,ChSex,SSN,Street,Zip"),
    (
        "child_welfare/child_file.csv",
        b',',
        "SubYr,StaTerr,RptID,ChID,RptDt,RptDisDt,ChRacAI,ChRacAs,ChRacBl,ChRacNH,ChRacWh,ChEthn,ChMal1,Mal1Lev,ChMal2,Mal2Lev,ChMal3,Mal3Lev,ChMal4,Mal4Lev,CdAlc,CdDrug,CdRtrd,CdEmotnl,CdVisual,CdLearn,CdPhys,CdMedicl,FCViol,FCHouse,FCMoney,ServDate,CaseMang,Counsel,Daycare,Educatn,Employ,Health,Housing,TransLiv,Legal,MentHlth,SubAbuse,Transprt",
    ),
    (
        "immigration_services/clients.tsv",
        b'\t',
        "client_ref,family_names,given_names,date_of_birth,gender,race,status,interpreter,lgbtq,phone,email,street,zip",
    ),
    (
        "immigration_services/cases.tsv",
        b'\t',
        "case_ref,client_ref,intake_on,relief,screened,exploitation,represented_on,certified_on,granted_on,interpreter_on,referred_to,referral_result,referral_result_on,closed_on",
    ),
    ("criminal_justice/persons.csv", b',', "PersonNo,FullName,DOB,Sex,Race,SSN,Address,Zip"),
    ("criminal_justice/bookings.csv", b',', "BookingNo,PersonNo,BookedOn,ReleasedOn"),
    (
        "criminal_justice/cases.csv",
        b',',
        "CaseNo,PersonNo,FiledOn,Charge,ScreenSex,ScreenLabor,VacaturFiledOn,VacatedOn,VacaturGround",
    ),
    ("criminal_justice/programs.csv", b',', "ReferralNo,PersonNo,ReferredOn,Program,Result,ResultOn"),
    (
        "hotline/contacts.ndjson",
        NDJSON,
        "contact_id,contacted_on,about,first_name,last_name,phone,email,birth_year,zip,gender,race,language,situation,level,needs,referred_to,referral_result,referral_result_on,release,release_until",
    ),
    (
        "community_provider/persons.csv",
        b',',
        "prs_Id,prs_FirstName,prs_MiddleName,prs_SecondName,prs_Birthdate,prs_Gender,prs_PrimaryLanguage,prs_Citizenship,prs_MobilePhone,prs_Email,prs_MailingStreet,prs_MailingCity,prs_MailingPostalCode,con_Consent,con_ReleaseUntil",
    ),
    (
        "community_provider/cases.csv",
        b',',
        "cas_Id,prs_Id,cas_Status,cas_IncomingReferralDate,vic_TraffickingStatus,vic_TypeOfExploitation",
    ),
    ("community_provider/support_plans.csv", b',', "spl_Id,prs_Id,spl_Type,CreatedDate,spl_ActualEndDate"),
];

/// Stands in the place of a delimiter where each row is a JSON object.
const NDJSON: u8 = b'{';

/// One file: where it lies and how it is written.
pub(crate) struct Spec {
    /// Path in the city's folder, with forward slashes.
    pub(crate) path: String,
    delimiter: u8,
    header: Vec<String>,
    /// Position of every column by its lower-case name.
    columns: BTreeMap<String, usize>,
}

/// All files of a city.
pub(crate) struct Books {
    pub(crate) files: Vec<Spec>,
    /// Position of the HMIS files by name.
    hmis: BTreeMap<&'static str, usize>,
}

impl Books {
    /// The files of a city with this HMIS version, with the further agencies or without.
    pub(crate) fn new(version: HmisVersion, further: bool) -> Self {
        let more = if further { FURTHER.as_slice() } else { &[] };
        let mut files: Vec<Spec> = PLAIN
            .iter()
            .chain(more)
            .map(|(path, delimiter, header)| {
                let header = if header.is_empty() {
                    persons_header(further)
                } else {
                    header.split(',').map(str::to_owned).collect()
                };
                Spec::new((*path).to_owned(), *delimiter, header)
            })
            .collect();
        let text = match version {
            HmisVersion::Fy2024 => include_str!("../../data/hmis_2024.txt"),
            HmisVersion::Fy2026 => include_str!("../../data/hmis_2026.txt"),
        };
        let mut hmis = BTreeMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, header)) = line.split_once(": ") {
                hmis.insert(name, files.len());
                let header = header.split(',').map(str::to_owned).collect();
                files.push(Spec::new(format!("homeless_services/{name}"), b',', header));
            }
        }
        Self { files, hmis }
    }

    /// The header row of a file as bytes.
    pub(crate) fn header(&self, at: usize) -> Vec<u8> {
        let spec = &self.files[at];
        let mut writer = spec.writer();
        if spec.delimiter != NDJSON {
            write(&mut writer, &spec.header);
        }
        finish(writer)
    }

    /// Fresh pages for one block of people.
    pub(crate) fn pages(&self) -> Pages<'_> {
        let writers = self.files.iter().map(Spec::writer).collect();
        Pages { books: self, writers, rows: vec![0; self.files.len()], bad: Vec::new() }
    }
}

impl Spec {
    fn new(path: String, delimiter: u8, header: Vec<String>) -> Self {
        let columns = header.iter().enumerate().map(|(i, name)| (name.to_ascii_lowercase(), i)).collect();
        Self { path, delimiter, header, columns }
    }

    fn writer(&self) -> Writer<Vec<u8>> {
        let unquoted = self.delimiter == b'|' || self.delimiter == NDJSON;
        let quotes = if unquoted { QuoteStyle::Never } else { QuoteStyle::Necessary };
        WriterBuilder::new().delimiter(self.delimiter).quote_style(quotes).from_writer(Vec::new())
    }
}

fn persons_header(further: bool) -> Vec<String> {
    let mut header: Vec<String> = [
        "person_id",
        "trafficking_type",
        "race_ethnicity",
        "indigenous",
        "age_band",
        "gender",
        "lgbtq_youth",
        "immigrant",
        "language_need",
        "disability",
        "substance_use",
    ]
    .map(str::to_owned)
    .to_vec();
    header.extend(SERVICES.iter().map(|s| format!("need_{}", s.word())));
    header.extend(SERVICES.iter().map(|s| format!("wait_{}", s.word())));
    header.extend(systems(further).iter().map(|system| format!("seen_{system}")));
    let others = [
        "identification",
        "recognized_labor",
        "recognized_sex",
        "cycling",
        "missed_contact",
        "screening_labor",
        "screening_sex",
        "referral",
        "reentry",
        "entry_point",
        "recorded",
    ];
    header.extend(others.map(str::to_owned));
    header
}

/// Rows that a block adds to every file.
pub(crate) struct Pages<'a> {
    books: &'a Books,
    writers: Vec<Writer<Vec<u8>>>,
    rows: Vec<u64>,
    bad: Vec<(usize, u64, &'static str)>,
}

/// The finished bytes of a block.
pub(crate) struct Written {
    /// Bytes of every file.
    pub(crate) bytes: Vec<Vec<u8>>,
    /// Rows of every file.
    pub(crate) rows: Vec<u64>,
    /// Spoilt rows: file, row within the block from 1, kind.
    pub(crate) bad: Vec<(usize, u64, &'static str)>,
}

impl Pages<'_> {
    /// Adds a row with all its cells.
    pub(crate) fn row<T: AsRef<str>>(&mut self, file: File, cells: &[T]) {
        self.write(file as usize, cells.iter().map(AsRef::as_ref));
    }

    /// Adds a row that is spoilt on purpose.
    pub(crate) fn spoilt<T: AsRef<str>>(&mut self, file: File, cells: &[T], kind: &'static str) {
        self.row(file, cells);
        self.bad.push((file as usize, self.rows[file as usize], kind));
    }

    /// Adds a row to an HMIS file from the cells that are not blank. Columns that this version of
    /// HMIS does not have are left out.
    pub(crate) fn hmis(&mut self, file: &'static str, cells: &[(&str, &str)]) {
        let Some(&at) = self.books.hmis.get(file) else { return };
        let spec = &self.books.files[at];
        let mut row = vec![""; spec.header.len()];
        for (name, value) in cells {
            if let Some(&i) = spec.columns.get(&name.to_ascii_lowercase()) {
                row[i] = value;
            }
        }
        self.write(at, row.into_iter());
    }

    /// Adds a spoilt row to an HMIS file.
    pub(crate) fn spoilt_hmis(&mut self, file: &'static str, cells: &[(&str, &str)], kind: &'static str) {
        self.hmis(file, cells);
        if let Some(&at) = self.books.hmis.get(file) {
            self.bad.push((at, self.rows[at], kind));
        }
    }

    fn write<'c>(&mut self, at: usize, cells: impl Iterator<Item = &'c str>) {
        let spec = &self.books.files[at];
        if spec.delimiter == NDJSON {
            write(&mut self.writers[at], [json_object(&spec.header, cells)]);
        } else {
            write(&mut self.writers[at], cells);
        }
        self.rows[at] += 1;
    }

    /// The finished bytes.
    pub(crate) fn finish(self) -> Written {
        Written { bytes: self.writers.into_iter().map(finish).collect(), rows: self.rows, bad: self.bad }
    }
}

/// A row as a JSON object; blank cells are left out, as such systems do.
fn json_object<'c>(header: &[String], cells: impl Iterator<Item = &'c str>) -> String {
    let filled = header.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
    let members: Vec<String> = filled
        .map(|(name, cell)| format!("\"{name}\":\"{}\"", cell.replace('\\', "\\\\").replace('"', "\\\"")))
        .collect();
    format!("{{{}}}", members.join(","))
}

fn write<T: AsRef<[u8]>>(writer: &mut Writer<Vec<u8>>, cells: impl IntoIterator<Item = T>) {
    writer.write_record(cells).expect("rows of one length go to memory");
}

fn finish(writer: Writer<Vec<u8>>) -> Vec<u8> {
    writer.into_inner().expect("memory takes every byte")
}
