//! Whether two rows of one id can be of one person: ids that were cut or rounded run together.

use std::hash::{BuildHasher, RandomState};

use crate::age::Birth;
use crate::identity::Identity;

/// What tells a row's names from others in this run: hashes under a key that is drawn anew for it.
///
/// # Privacy
/// Without the key, which is never written, they say nothing of the names.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct NameMarks {
    pub(crate) first: Option<u64>,
    pub(crate) last: Option<u64>,
}

/// Makes [`NameMarks`].
#[derive(Default)]
pub(crate) struct NameMarker(RandomState);

impl NameMarker {
    pub(crate) fn mark(&self, identity: &Identity) -> NameMarks {
        let mark = |name: &Option<String>, form: &Option<String>| {
            name.as_ref().or(form.as_ref()).map(|name| self.0.hash_one(name))
        };
        NameMarks {
            first: mark(&identity.first, &identity.first_soundex),
            last: mark(&identity.last, &identity.last_soundex),
        }
    }
}

/// What a row says of who somebody is.
#[derive(Clone, Copy, Default)]
pub(crate) struct Named {
    pub(crate) birth: Birth,
    pub(crate) names: NameMarks,
}

impl Named {
    /// Whether `other` is somebody else: of birth, first and last name two differ, and the births don't agree. One
    /// that differs may be a slip or a marriage; and names in each other's place are the same.
    pub(crate) fn is_another(self, other: Self) -> bool {
        let differ = |one: Option<u64>, two: Option<u64>| one.zip(two).is_some_and(|(one, two)| one != two);
        let births = self.birth.date.zip(other.birth.date).map(|(one, two)| one == two);
        let years = self.birth.year.zip(other.birth.year).is_some_and(|(one, two)| one != two);
        let (here, there) = (self.names, other.names);
        if births == Some(true)
            || (here.first.is_some() && here.first == there.last && here.last == there.first)
        {
            return false;
        }
        let differing =
            [births == Some(false) || years, differ(here.first, there.first), differ(here.last, there.last)];
        differing.iter().filter(|differs| **differs).count() >= 2
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate};

    use super::*;

    fn named(first: Option<u64>, last: Option<u64>, birth: Option<(i32, u32)>) -> Named {
        let date = birth.and_then(|(year, day)| NaiveDate::from_ymd_opt(year, 5, day));
        Named {
            birth: Birth { date, year: date.map(|d| d.year()), aged: None },
            names: NameMarks { first, last },
        }
    }

    #[test]
    fn two_things_that_differ_make_another_person_and_one_does_not() {
        let ana = named(Some(1), Some(2), Some((1990, 1)));
        for (other, another) in [
            (named(Some(3), Some(4), Some((1991, 1))), true),
            (named(Some(3), Some(2), Some((1991, 1))), true),
            (named(Some(1), Some(4), Some((1990, 7))), true),
            (named(Some(3), Some(4), None), true),
            (named(Some(3), Some(4), Some((1990, 1))), false),
            (named(Some(1), Some(2), Some((1991, 1))), false),
            (named(Some(1), Some(4), None), false),
            (named(Some(2), Some(1), Some((1991, 1))), false),
            (named(None, None, Some((1991, 1))), false),
            (named(None, None, None), false),
        ] {
            assert_eq!(ana.is_another(other), another);
            assert_eq!(other.is_another(ana), another);
        }
    }

    #[test]
    fn marks_of_one_run_tell_names_apart() {
        let marker = NameMarker::default();
        let mark = |first: &str| {
            let mut identity = Identity::default();
            identity.first = Some(first.to_owned());
            marker.mark(&identity)
        };
        assert!(mark("ana") == mark("ana") && mark("ana") != mark("eva"));
        assert!(NameMarker::default().mark(&Identity::default()) == NameMarks::default());
    }
}
