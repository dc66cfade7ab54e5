//! What protects a survivor's record whatever became of its rows: a victim service provider's, a release that does
//! not hold, a least age, a row that the profile skips.

use std::fmt::Write;

use agency::{Profile, Summary};

use crate::fixture::{Agency, base, profile, shipped};

const ENROLLMENTS: &str =
    "EnrollmentID,PersonalID,ProjectID,EntryDate,RelationshipToHoH,LivingSituation,MoveInDate,DateDeleted\n";

/// An HMIS export of two clients of one organisation.
struct Hmis {
    organizations: String,
    enrollments: String,
    deleted: &'static str,
}

impl Hmis {
    fn new(provider: &str, enrollments: &str) -> Self {
        let organizations = format!("OrganizationID,VictimServiceProvider\nO1,{provider}\nO2,0\n");
        Self { organizations, enrollments: enrollments.to_owned(), deleted: "" }
    }

    fn encode(&self) -> (Agency, Summary) {
        let agency = Agency::new();
        let race = "AmIndAKNative,Asian,BlackAfAmerican,HispanicLatinao,MidEastNAfrican,NativeHIPacific,White,RaceNone";
        let client = |id: &str, name: &str, day: u32| {
            format!("{id},{name},,Ruiz,,1990-05-0{day},0,0,1,0,0,0,0,,1,{}\n", self.deleted)
        };
        agency.file("Export.csv", "ExportID,HashStatus\n1,1\n");
        agency.file(
            "Client.csv",
            &format!(
                "PersonalID,FirstName,MiddleName,LastName,SSN,DOB,{race},Sex,DateDeleted\n{}{}",
                client("P1", "Ana", 1),
                client("P2", "Eva", 2)
            ),
        );
        agency.file("Project.csv", "ProjectID,OrganizationID,ProjectType\nA,O1,0\nB,O2,0\n");
        agency.file("Organization.csv", &self.organizations);
        agency.file("Enrollment.csv", &format!("{ENROLLMENTS}{}", self.enrollments));
        agency.file(
            "Exit.csv",
            "ExitID,EnrollmentID,PersonalID,ExitDate,Destination,ExchangeForSex,AskedOrForcedToExchangeForSex,WorkPlaceViolenceThreats,WorkplacePromiseDifference,CoercedToContinueWork,DateDeleted\n",
        );
        agency.file(
            "Services.csv",
            "ServicesID,PersonalID,DateProvided,RecordType,TypeProvided,ReferralOutcome,DateDeleted\n",
        );
        let summary = agency.encode(&shipped("hmis.toml"), &agency.raw()).unwrap();
        (agency, summary)
    }
}

/// The first client's only enrollment is at the organisation in question, the second's at one that is none.
const TWO: &str = "E1,P1,A,2025-01-10,1,116,,\nE2,P2,B,2025-01-10,1,116,,\n";

#[test]
fn whatever_is_not_a_clean_no_is_a_victim_service_provider() {
    for (provider, linked) in [("0", 2), (" 0 ", 2), ("0.0", 2)] {
        let (_, summary) = Hmis::new(provider, TWO).encode();
        assert_eq!((summary.records - summary.not_linkable, summary.by_rule.len()), (linked, 0));
        assert!(
            summary.notes.iter().all(|note| note.contains("(`optional` in the profile)")),
            "{:?}",
            summary.notes
        );
    }
    for provider in ["1", "Yes", "Y", "TRUE", "1.0", "01", "99", "", "NULL"] {
        let (agency, summary) = Hmis::new(provider, TWO).encode();
        assert_eq!((summary.records, summary.not_linkable), (2, 1), "{provider}");
        let people = agency.people();
        assert_eq!(
            people.lines(&["victim_service_provider", "consent_scope"]),
            ["false link", "true count_only"]
        );
        let unclear = summary.by_rule.get("provider.unclear").copied().unwrap_or_default();
        assert_eq!(unclear, u64::from(provider != "1" && provider != "1.0"), "{provider}");
        let noted = summary.notes.iter().any(|note| note.contains("no row says cleanly"));
        assert_eq!(noted, unclear == 1, "{provider}: {:?}", summary.notes);
    }
}

#[test]
fn an_organisation_that_nobody_knows_may_be_a_victim_service_provider() {
    for organizations in [
        "OrganizationID,VictimServiceProvider\nO2,0\n",
        "OrganizationID,VictimServiceProvider\nO2,0\nO1\n",
        "OrganizationID,VictimServiceProvider\nO1,0\nO2,0\nO1,1\n",
        "OrganizationID,VictimServiceProvider\nO2,0\n,0\n",
    ] {
        let export = Hmis { organizations: organizations.to_owned(), ..Hmis::new("", TWO) };
        let (_, summary) = export.encode();
        assert_eq!((summary.records, summary.not_linkable), (2, 1), "{organizations}");
    }
    let export =
        Hmis { organizations: "OrganizationID,VictimServiceProvider\n".to_owned(), ..Hmis::new("", TWO) };
    assert_eq!(export.encode().1.not_linkable, 2);
}

#[test]
fn a_row_that_is_set_aside_still_protects_its_record() {
    let good = "E0,P1,B,2025-01-10,1,116,,\nE2,P2,B,2025-01-10,1,116,,\n";
    for (bad, rule) in [
        ("E1,P1,A,2025-01-10,1,777,,\n", "code.unknown"),
        ("E1,P1,A,,1,116,,\n", "date.missing"),
        ("E1,P1,A,2025-02-31,1,116,,\n", "date.impossible"),
        ("E0,P1,A,2025-01-10,1,116,,\n", "key.duplicate"),
        ("E2,P1,A,2025-01-10,1,116,,\n", "key.duplicate"),
        (",P1,A,2025-01-10,1,116,,\n", "key.missing"),
        ("E1,P1,A,2025-01-10,1,116,,,,,\n", "row.ragged"),
        ("E1,P1,Unknown,2025-01-10,1,116,,\n", "join.unknown"),
    ] {
        let (_, summary) = Hmis::new("1", &format!("{good}{bad}")).encode();
        assert_eq!((summary.records, summary.not_linkable), (2, 1), "{rule}");
        assert_eq!(summary.by_rule.get(rule), Some(&1), "{rule}");
        for file in &summary.rows {
            assert_eq!(file.read, file.used + file.skipped + file.quarantined, "{rule}");
        }
    }
    // A deleted enrollment.
    let (_, summary) = Hmis::new("1", &format!("{good}E1,P1,A,2025-01-10,1,116,,2025-06-01\n")).encode();
    assert_eq!((summary.records, summary.not_linkable, summary.quarantined), (2, 1, 0));
    // No row speaks of the first client.
    let (_, summary) = Hmis::new("1", "E2,P2,B,2025-01-10,1,116,,\n").encode();
    assert_eq!((summary.records, summary.not_linkable), (2, 1));
    assert!(summary.notes.iter().any(|note| note.starts_with("1 records count as")), "{:?}", summary.notes);
}

#[test]
fn a_profile_must_say_what_a_clean_no_is() {
    let text =
        std::fs::read_to_string(crate::fixture::repository().join("schemas/sources/hmis.toml")).unwrap();
    let without =
        text.replace("unless = { column = \"organization.VictimServiceProvider\", in = [0] }\n", "");
    let error = Profile::parse(&without, std::path::Path::new("p.toml")).unwrap_err().to_string();
    assert!(error.contains("`unless`") && error.contains("Enrollment.csv"), "{error}");
}

pub(crate) fn contact(release: &str, about: &str) -> String {
    format!(
        "{{\"contact_id\":\"2\",\"contacted_on\":\"2025-03-19\",\"about\":\"{about}\",\"first_name\":\"Ann\",\
         \"last_name\":\"Lee\",\"phone\":\"3125551235\",\"birth_year\":\"1990\",\"email\":\"a@b.org\",\"zip\":\"60601\",\
         \"gender\":\"woman\",\"race\":\"White\",\"language\":\"English\",\"situation\":\"sex\",\"level\":\"high\",\
         \"needs\":\"ES\",\"referred_to\":\"\",\"referral_result\":\"\",\"referral_result_on\":\"\",{release}}}\n"
    )
}

fn hotline(release: &str, about: &str) -> (Agency, Summary) {
    let agency = Agency::new();
    agency.file("contacts.ndjson", &contact(release, about));
    let summary = agency.encode(&shipped("hotline.toml"), &agency.raw()).unwrap();
    (agency, summary)
}

#[test]
fn a_release_that_has_ended_lets_no_token_leave() {
    let (_, summary) = hotline("\"release\":\"yes\",\"release_until\":\"2026-01-15\"", "self");
    assert!(summary.tokens > 0, "in force on its last day");
    for until in ["2020-01-01", "2025-03-01", "2026-01-14"] {
        let release = format!("\"release\":\"yes\",\"release_until\":\"{until}\"");
        let (agency, summary) = hotline(&release, "self");
        assert_eq!((summary.records, summary.not_linkable, summary.tokens), (1, 1, 0), "{until}");
        let people = agency.people();
        assert_eq!(people.column("consent_scope"), ["count_only"]);
        let tokens: Vec<_> = people.names().filter(|name| name.starts_with("t_")).collect();
        assert!(tokens.iter().all(|family| people.column(family) == [""]));
        // A release that ended before the contact is one whose dates contradict each other.
        let contradicts = until < "2025-03-19";
        assert_eq!(summary.by_rule.contains_key("consent.unknown"), contradicts, "{until}");
        assert_eq!(summary.notes.len(), 1, "{until}");
    }
}

pub(crate) const CONSENTS: &str = r#"
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
    consent_scope = { column = "release", codes = { Y = "link", N = "none" }, blank = "count_only" }
    consent_start = "since"
    consent_end = END
    victim_service_provider = PROVIDER
    [[file]]
    name = "p.csv"
    [[file.event]]
    kind = "contact"
    date = "on"
"#;

fn consents(provider: bool, end: &str, rows: &str) -> (Agency, Summary) {
    let agency = Agency::new();
    agency.file("p.csv", &format!("id,first,last,dob,on,release,since,until\n{rows}"));
    let text = CONSENTS.replace("END", end).replace("PROVIDER", &provider.to_string());
    let summary = agency.encode(&profile(&text), &agency.raw()).unwrap();
    (agency, summary)
}

#[test]
fn a_consent_that_has_not_begun_or_contradicts_itself_lets_no_token_leave() {
    for provider in [false, true] {
        for (since, until, linked) in [
            ("2025-01-01", "2027-01-01", true),
            ("2026-01-15", "2026-01-15", true),
            ("2030-01-01", "2031-01-01", false),
            ("2027-01-01", "2026-01-01", false),
            ("2027-01-01", "2026-06-01", false),
            ("2025-01-01", "2025-12-31", false),
            ("2025-01-01", "31/12/2027", false),
            ("", "2027-01-01", true),
        ] {
            let row = format!("1,Ana,Ruiz,1990-05-01,2025-08-17,Y,{since},{until}\n");
            let (agency, summary) = consents(provider, "\"until\"", &row);
            assert_eq!(summary.tokens > 0, linked, "{provider} {since} {until}");
            let scope = if linked { "link" } else { "count_only" };
            assert_eq!(agency.people().column("consent_scope"), [scope]);
        }
    }
}

#[test]
fn days_of_consent_leave_as_coarse_as_other_dates_and_only_with_tokens() {
    let rows = "1,Ana,Ruiz,1990-05-01,2025-08-17,Y,2025-08-17,2027-03-14\n\
        2,Eva,Sosa,1991-05-01,2025-08-18,Y,2025-08-01,2027-03-31\n\
        3,Mia,Luna,1992-05-01,2026-01-03,Y,2026-01-03,2027-03-31\n\
        4,Lia,Vega,1993-05-01,2025-08-20,Y,2025-08-20,2025-09-20\n\
        5,Isa,Mora,1994-05-01,2025-08-21,,2025-08-21,2027-03-14\n\
        6,Noa,Rey,1995-05-01,2026-01-10,Y,2026-01-10,2026-01-20\n";
    let of = |precision: &str| {
        let agency = Agency::new();
        agency.file("p.csv", &format!("id,first,last,dob,on,release,since,until\n{rows}"));
        let text = CONSENTS.replace("END", "\"until\"").replace("PROVIDER", "true");
        let text = text.replace("date_precision = \"day\"", &format!("date_precision = \"{precision}\""));
        let summary = agency.encode(&profile(&text), &agency.raw()).unwrap();
        let lines = agency.people().lines(&["birth_year", "consent_scope", "consent_start", "consent_end"]);
        (lines, summary)
    };
    let (lines, summary) = of("day");
    assert_eq!(
        lines,
        [
            "1990 link 2025-08-17 2027-03-14",
            "1991 link 2025-08-01 2027-03-31",
            "1992 link 2026-01-03 2027-03-31",
            "1993 count_only",
            "1994 count_only",
            "1995 link 2026-01-10 2026-01-20",
        ]
    );
    assert!(summary.by_rule.is_empty());
    // The third begins with the next month, of the last no whole month is left: neither claims more than was given.
    let (lines, summary) = of("month");
    assert_eq!(
        lines,
        [
            "1990 link 2025-09-01 2027-02-28",
            "1991 link 2025-08-01 2027-03-31",
            "1992 count_only",
            "1993 count_only",
            "1994 count_only",
            "1995 count_only",
        ]
    );
    assert!(summary.by_rule.is_empty(), "a short consent is a clean one");
    assert!(summary.notes.iter().any(|note| note.starts_with("3 records") && note.contains("whole month")));
    let (lines, _) = of("quarter");
    assert_eq!(lines[..2], ["1990 link 2025-10-01 2026-12-31", "1991 link 2025-10-01 2027-03-31"]);
}

#[test]
fn one_end_for_all_is_no_end_of_a_clients_own_release() {
    let row = "1,Ana,Ruiz,1990-05-01,2025-08-17,Y,2025-01-01,\n";
    let (_, summary) = consents(true, "\"2027-01-01\"", row);
    assert_eq!((summary.not_linkable, summary.tokens), (1, 0));
    let (_, summary) = consents(false, "\"2027-01-01\"", row);
    assert!(summary.tokens > 0);
    let agency = Agency::new();
    agency.file("p.csv", &format!("id,first,last,dob,on,release,since,until\n{row}"));
    let text = CONSENTS.replace("END", "\"2027-01-01\"").replace("PROVIDER", "false");
    let summary = agency.encode_on((2027, 1, 2), &profile(&text), &agency.raw()).unwrap();
    assert_eq!(summary.tokens, 0, "the day after");
    let backwards = text.replace("\"since\"", "\"2027-02-01\"");
    let error = Profile::parse(&backwards, std::path::Path::new("p.toml")).unwrap_err().to_string();
    assert!(error.contains("ends before it starts"), "{error}");
}

#[test]
fn a_row_that_repeats_an_id_may_narrow_the_consent_and_not_widen_it() {
    let first = "1,Ana,Ruiz,1990-05-01,2025-08-17,Y,2025-01-01,2027-01-01\n";
    for (second, records, not_linkable) in [
        ("1,Ana,Ruiz,1990-05-01,2025-08-17,Y,2025-01-01,2027-01-01\n", 1, 0),
        ("1,Ana,Ruiz,1990-05-01,2025-08-17,N,2025-01-01,2027-01-01\n", 0, 0),
        ("1,Ana,Ruiz,1990-05-01,2025-08-17,,2025-01-01,2027-01-01\n", 1, 1),
        ("1,Ana,Ruiz,1990-05-01,2025-08-17,Y,2025-01-01,2025-12-01\n", 1, 1),
    ] {
        for rows in [format!("{first}{second}"), format!("{second}{first}")] {
            let (_, summary) = consents(true, "\"until\"", &rows);
            assert_eq!((summary.records, summary.not_linkable), (records, not_linkable), "{rows}");
            assert_eq!(summary.by_rule["key.duplicate"], 1);
        }
    }
}

const VISITS: &str = base!(
    "",
    "minimum_age = 18",
    r#"
    [[file]]
    name = "p.csv"
    [[file]]
    name = "e.csv"
    record = "id"
    key = "visit"
    skip_when = { column = "void", present = true }
    [file.allowed]
    code = [1, 2]
    [[file.event]]
    kind = "contact"
    date = "on"
"#
);

#[test]
fn a_visit_that_is_set_aside_still_tells_how_young_somebody_was() {
    // Sixteen at the first visit, eighteen at the second.
    let withheld = |first: &str| {
        let agency = Agency::new();
        agency.file("p.csv", "id,first,last,dob\nP1,Ana,Ruiz,2008-01-01\nP2,Eva,Sosa,1980-01-01\n");
        let rows = "v2,P1,2026-01-10,1,\nv3,P2,2026-01-10,1,\n";
        agency.file("e.csv", &format!("visit,id,on,code,void\n{first}{rows}"));
        let summary = agency.encode(&profile(VISITS), &agency.raw()).unwrap();
        assert_eq!(summary.records + summary.withheld, 2);
        summary.withheld_by_rule.into_iter().collect::<Vec<_>>()
    };
    assert!(withheld("").is_empty());
    let young = [("age.below_minimum".to_owned(), 1)];
    assert_eq!(withheld("v1,P1,2024-03-01,1,\n"), young, "used");
    assert_eq!(withheld("v1,P1,2024-03-01,9,\n"), young, "an unknown code");
    assert_eq!(withheld("v1,P1,2024-03-01,1,x\n"), young, "skipped");
    assert_eq!(withheld(",P1,2024-03-01,1,\n"), young, "no key");
    assert_eq!(withheld("v3,P1,2024-03-01,1,\n"), young, "a key that is another's");
    let unknown = [("age.unknown".to_owned(), 1)];
    assert_eq!(withheld("v1,P1,,1,\n"), unknown, "no date");
    assert_eq!(withheld("v1,P1,2024-02-31,1,\n"), unknown, "no such date");
    assert_eq!(withheld("v1,P1,2024-03-01,1,,\n"), unknown, "a ragged row");
    assert!(withheld("v1,P2,2024-03-01,9,\n").is_empty(), "forty-four at any visit");
}

/// Rows that are set aside are looked at twice; their dates used to count twice against the column.
#[test]
fn a_column_of_which_a_minority_of_dates_is_bad_is_not_refused_for_a_minimum_age() {
    let agency = Agency::new();
    agency.file("p.csv", "id,first,last,dob\nP1,Ana,Ruiz,1980-01-01\n");
    let on = |i: usize| if i < 20 { "2025-02-31".to_owned() } else { format!("2025-{:02}-10", 1 + i % 12) };
    let row = |i: usize| format!("v{i},P1,{},1,\n", on(i));
    agency.file("e.csv", &("visit,id,on,code,void\n".to_owned() + &(0..50).map(row).collect::<String>()));
    let summary = agency.encode(&profile(VISITS), &agency.raw()).expect("twenty of fifty");
    assert_eq!(summary.quarantined, 20);
}

#[test]
fn of_a_birth_year_the_least_age_counts() {
    for (year, records) in [(2007, 1), (2008, 0)] {
        let agency = Agency::new();
        agency.file("p.csv", &format!("id,first,last,by\nP1,Ana,Ruiz,{year}\n"));
        agency.file("e.csv", "visit,id,on,code,void\nv2,P1,2026-01-10,1,\n");
        let text = VISITS.replace("birth_date = \"dob\"", "birth_year = \"by\"");
        let summary = agency.encode(&profile(&text), &agency.raw()).unwrap();
        assert_eq!(summary.records, records, "{year}: seventeen or eighteen on 10 January");
    }
}

#[test]
fn a_deleted_client_is_not_exported_and_is_counted() {
    let export = Hmis { deleted: "2025-06-01", ..Hmis::new("0", TWO) };
    let (agency, summary) = export.encode();
    assert_eq!((summary.records, summary.events, summary.tokens), (0, 0, 0));
    assert_eq!((agency.people().len, agency.events().len), (0, 0));
    let mut counts = String::new();
    for file in &agency.manifest().rows_read {
        assert_eq!(file.quarantined, 0);
        write!(counts, "{} {}={}+{};", file.file, file.read, file.used, file.skipped).unwrap();
    }
    assert!(counts.contains("Client.csv 2=0+2;") && counts.contains("Enrollment.csv 2=0+2;"), "{counts}");
}

#[test]
fn a_contact_about_nobody_in_particular_is_no_person() {
    let (agency, summary) = hotline("\"release\":\"yes\",\"release_until\":\"2027-01-01\"", "general");
    assert_eq!((summary.records, agency.people().len, summary.events), (0, 0, 0));
    let rows = &summary.rows[0];
    assert_eq!((rows.read, rows.used, rows.skipped, rows.quarantined), (1, 0, 1, 0));
}

/// A client in several rows, of which the first says who it is.
const CASES: &str = r#"
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
    consent_scope = { column = "release", codes = { Y = "link", N = "count_only", X = "none" }, blank = "count_only" }
    [[file]]
    name = "p.csv"
    several_rows = true
    key = "visit"
    [[file.event]]
    kind = "identification"
    date = "on"
    when = { column = "found", present = true }
    exploitation = { column = "found", codes = { S = "sex", L = "labor" } }
    [[file.event]]
    kind = "exit"
    date = "left"
    when = { column = "left", present = true }
"#;

#[test]
fn further_rows_of_a_record_add_events_and_may_only_narrow_its_consent() {
    let encoded = |second: &str| {
        let agency = Agency::new();
        let rows = "visit,id,first,last,dob,release,on,found,left\nv1,7,Ana,Ruiz,1990-05-01,Y,2025-02-01,,\n";
        agency.file("p.csv", &format!("{rows}{second}"));
        let summary = agency.encode(&profile(CASES), &agency.raw()).unwrap();
        assert_eq!(summary.rows[0].read, summary.rows[0].used + summary.rows[0].quarantined);
        (agency, summary)
    };
    let (agency, summary) = encoded("v2,7,,,,,2025-03-01,S,\nv3,7,,,,,,,2025-04-01\n");
    assert_eq!((summary.records, summary.not_linkable, summary.quarantined), (1, 0, 0));
    assert!(summary.tokens > 0);
    assert_eq!(
        agency.events().lines(&["date", "kind", "trafficking_type"]),
        ["2025-03-01 identification sex", "2025-04-01 exit"]
    );
    let (_, summary) = encoded("v2,7,,,,,2025-03-01,S,\nv2,7,,,,,2025-03-01,S,\n");
    assert_eq!((summary.events, &summary.by_rule["key.duplicate"]), (1, &1));
    for (release, records, not_linkable) in [("Y", 1, 0), ("N", 1, 1), ("X", 0, 0), ("?", 0, 0)] {
        let (_, summary) = encoded(&format!("v2,7,,,,{release},2025-03-01,S,\n"));
        assert_eq!((summary.records, summary.not_linkable), (records, not_linkable), "{release}");
    }
    // A row that names the client and leaves the release blank says what the profile says of a blank.
    let (_, summary) = encoded("v2,7,Ana,Ruiz,1990-05-01,,2025-03-01,S,\n");
    assert_eq!((summary.records, summary.not_linkable), (1, 1));
}
