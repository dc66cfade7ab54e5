//! Shipped profiles read; a wrong profile says where and why.

use std::fs;
use std::path::Path;

use agency::Profile;

use crate::fixture::repository;

#[test]
fn every_shipped_profile_reads() {
    let mut read = 0;
    for folder in ["schemas/sources", "configs/linkage"] {
        for entry in fs::read_dir(repository().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "toml") {
                let profile = Profile::read(&path).unwrap();
                assert_eq!(profile.sharing.is_some(), folder == "schemas/sources", "{}", path.display());
                read += 1;
            }
        }
    }
    assert!(read >= 8, "{read} profiles");
}

#[test]
fn usual_date_formats_are_taken() {
    for format in [
        "%Y-%m-%d",
        "%d/%m/%Y",
        "%m/%d/%y",
        "%Y%m%d",
        "%d-%b-%Y",
        "%B %d, %Y",
        "%d.%m.%y %H:%M",
        "%Y/%j",
        "%e.%m.%Y",
    ] {
        let text = format!("source = \"s\"\nformat = \"csv\"\ndate_formats = [\"{format}\"]\n[identity]\n");
        Profile::parse(&text, Path::new("p.toml")).unwrap();
    }
}

/// Full birth dates used to leave as days of consent or of events.
#[test]
fn no_date_that_leaves_comes_from_a_column_of_identities() {
    let base = |start: &str, date: &str, join: &str| {
        format!(
            "source = \"s\"\nformat = \"csv\"\npeople = \"p.csv\"\n[identity]\nrecord_id = \"id\"\nbirth_date = \"Born|DOB\"\n\
             ssn = \"S\"\n[sharing]\nbirth_year = false\ndate_precision = \"day\"\npurposes = [\"link\"]\nconsent_scope = \"link\"\n\
             consent_start = \"{start}\"\n[[file]]\nname = \"p.csv\"\n[[file]]\nname = \"e.csv\"\n{join}[[file.event]]\nkind = \"entry\"\ndate = {date}\n"
        )
    };
    let join = "[[file.join]]\nas = \"client\"\nfile = \"p.csv\"\nkey = \"id\"\nfrom = \"id\"\n";
    Profile::parse(&base("since", "\"on\"", join), Path::new("p.toml")).unwrap();
    for (start, date, words) in [
        ("dob", "\"on\"", "sharing.consent_start: `dob` is the column of identity.birth_date"),
        ("since|BORN", "\"on\"", "identity.birth_date"),
        ("S", "\"on\"", "identity.ssn"),
        ("since", "\"DOB\"", "event 1 (entry): date: `DOB`"),
        ("since", "\"client.Born\"", "`client.Born`"),
        ("since", "[{ column = \"on\" }, { column = \"DOB\" }]", "`DOB`"),
        ("since", "\"client_date_of_birth\"", "called after a birth date"),
    ] {
        let error = Profile::parse(&base(start, date, join), Path::new("p.toml")).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_wrong_profile_names_place_and_rule() {
    let base = "source = \"s\"\nformat = \"csv\"\npeople = \"p.csv\"\n[identity]\nrecord_id = \"id\"\n";
    let event =
        |rest: &str| format!("{base}[[file]]\nname = \"e.csv\"\n[[file.event]]\ndate = \"on\"\n{rest}");
    for (text, words) in [
        (base.replace("source = \"s\"", "source = \"A/b\""), "source"),
        (base.replace("format = \"csv\"", "format = \"xlsx\""), "format"),
        (base.replace("record_id", "recordid"), "recordid"),
        (base.replace("\"id\"", "{ colum = \"id\" }"), "`colum`, expected one of `column`"),
        (base.replace("people = \"p.csv\"", "people = \"../p.csv\""), "without a path"),
        (format!("{base}full_name = \"n\"\nlast_name = \"l\"\n"), "full_name"),
        (format!("{base}birth_date = {{ column = \"d\", formats = [\"%Q\"] }}\n"), "date format"),
        (format!("{base}sex = {{ column = \"s\", codes = {{ F = \"femme\" }} }}\n"), "sex.codes"),
        (format!("{base}ssn = {{ colunm = \"s\" }}\n"), "colunm"),
        (event("kind = \"need\"\n"), "`service`"),
        (format!("{base}birth_date = {{ column = \"d\", formats = [\"%q\"] }}\n"), "gives no day"),
        (format!("{base}birth_date = {{ column = \"d\", formats = [\"%m/%Y\"] }}\n"), "gives no day"),
        (format!("{base}birth_date = {{ column = \"d\", formats = [\"%Y-%mT%H:%M\"] }}\n"), "gives no day"),
        (
            base.replace("people =", "date_formats = [\"%m/%Y\"]\npeople ="),
            "date_formats: `%m/%Y` gives no day",
        ),
        (
            event(
                "kind = \"need\"\nservice = { column = \"a\", codes = { X = \"medical\" }, split = \"\" }\n",
            ),
            "split",
        ),
        (
            event(
                "kind = \"need\"\nservice = { column = \"a\", codes = { X = \"medical\", x = \"education\" } }\n",
            ),
            "the codes `X` and `x` differ by case",
        ),
        (
            event("kind = \"exit\"\noutcome = { column = \"a\", codes = { X = \"away\", x = \"dead\" } }\n"),
            "differ by case",
        ),
        (
            format!("{base}sex = {{ column = \"s\", codes = {{ F = \"female\", f = \"male\" }} }}\n"),
            "differ by case",
        ),
        (
            event("kind = \"entry\"\n").replace("[[file.event]]", "several_rows = true\n[[file.event]]"),
            "goes with the file of identities",
        ),
        (event("kind = \"entry\"\nservice = \"medical\"\n"), "has no `service`"),
        (event("kind = \"need\"\nservice = \"meddical\"\n"), "meddical"),
        (
            event("kind = \"need\"\nservice = { column = \"a\", codes = { X = 1 } }\n"),
            "expected a word in quotes",
        ),
        (event("kind = \"need\"\nservice = { column = \"a\", codes = { X = 1 } }\n"), "line 11"),
        (event("kind = \"entry\"\nwhen = { column = \"a\" }\n"), "exactly one test"),
        (event("kind = \"entry\"\nwhen = { in = [1] }\n"), "go with `column`"),
        (event("kind = \"entry\"\nwhen = { column = \"a\", contains = [\"X\"] }\n"), "`split`"),
        (event("kind = \"entry\"\nwhen = { column = \"a\", in = [1], split = \";\" }\n"), "`split`"),
        (event("kind = \"screening\"\nanswer = \"yes\"\nquestion = [\"sex\", \"labor\"]\n"), "for each"),
        (event("kind = \"screening\"\nanswer = \"yes\"\nquestion = \"both\"\n"), "\"sex\" or \"labor\""),
        (
            format!(
                "{base}[sharing]\nbirth_year = true\ndate_precision = \"day\"\npurposes = [\"link\"]\nconsent_scope = \"link\"\nconsent_end = 2027-12-31\n"
            ),
            "in quotes",
        ),
        (event("kind = \"entry\"\nimplies_need = true\n"), "implies_need"),
        (event("kind = \"exit\"\noutcome = \"John Doe\"\n"), "outcome"),
        (event("kind = \"service\"\nservice = \"medical\"\nresult = \"attained\"\n"), "go with referral"),
        (format!("{base}[[file]]\nname = \"e.csv\"\n[[file]]\nname = \"E.csv\"\n"), "twice"),
        (format!("{base}[[demographics.age_band]]\ncategory = \"unknown\"\n"), "age_band"),
        (format!("{base}[[demographics.gender]]\ncategory = \"woman\"\n"), "woman"),
        (format!("{base}[[demographics.gender]]\nfile = \"z.csv\"\ncategory = \"male\"\n"), "z.csv"),
        (
            format!(
                "{base}[sharing]\nbirth_year = true\ndate_precision = \"day\"\npurposes = [\"sell\"]\nconsent_scope = \"link\"\n"
            ),
            "sell",
        ),
        (
            format!("{base}[sharing]\nbirth_year = true\npurposes = [\"link\"]\nconsent_scope = \"link\"\n"),
            "date_precision",
        ),
    ] {
        let error = Profile::parse(&text, Path::new("a/profile.toml")).expect_err(words);
        let message = error.to_string();
        assert!(
            error.is_configuration() && message.contains("a/profile.toml") && message.contains(words),
            "{words}: {message}"
        );
        assert!(!message.contains("private"), "no name of the library's own: {message}");
    }
}

#[test]
fn a_profile_says_what_would_leave() {
    let hotline = Profile::read(&repository().join("schemas/sources/hotline.toml")).unwrap();
    let lines = hotline.leaving();
    assert!(lines[0].starts_with("tokens, keyed, of: ") && lines[0].contains("phone"), "{lines:?}");
    assert!(
        lines.iter().any(|line| line.starts_with("events, dates by ") && line.contains("need (any service)")),
        "{lines:?}"
    );
    assert!(lines.last().unwrap().starts_with("stays: every column that no rule names"), "{lines:?}");

    let head = "source = \"s\"\nformat = \"csv\"\n[identity]\nfull_name = \"n\"\nssn = \"s\"\nbirth_year = \"y\"\nother = [\"card\"]\n";
    let read = |text: &str| Profile::parse(text, Path::new("a.toml")).unwrap().leaving();
    assert_eq!(read(head), ["nothing: [sharing] is missing, and encode needs it"]);
    let sharing = "[sharing]\nbirth_year = false\ndate_precision = \"month\"\npurposes = [\"link\"]\nconsent_scope = \"link\"\nexclude = [\"ssn\"]\nminimum_age = 16\n";
    assert_eq!(
        read(&format!("{head}{sharing}")),
        [
            "tokens, keyed, of: full_name, birth_year, other (card)",
            "of each record: whether a minor at the first event, age bands of events",
            "events, dates by month: nothing",
            "stays: every column that no rule names, the identity fields themselves, the birth year, ssn (excluded), \
             records of people under 16 at their first event or of no known age",
        ]
    );
    let counted = read(&format!("{head}{}", sharing.replace("\"link\"]", "\"measure\"]")));
    assert_eq!(counted[0], "no tokens, for `link` is not among the purposes");
}
