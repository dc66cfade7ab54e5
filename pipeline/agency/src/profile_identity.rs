//! `[identity]`: which column holds which identity field.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use crate::profile::check_formats;
use crate::profile_value::check_case;

/// A column, with what it takes to read it. Written as a string, as a table, or as a list of
/// tables, of which the first is read whose columns the file has.
///
/// A name may list alternatives, `"Sex|Gender"`: the first that the file has is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    /// The column, or the columns whose cells `join` ties together.
    pub columns: Vec<String>,
    /// What ties several columns together.
    pub join: String,
    /// Date formats, tried in order; empty for the default.
    pub formats: Vec<String>,
    /// Meaning of codes.
    pub codes: BTreeMap<String, String>,
    /// The common name of an identifier that sources call differently (`other`).
    pub name: Option<String>,
    /// Of a cell what stands behind the first such text; the whole cell if it is empty.
    pub after: String,
    /// And before the next such text.
    pub before: String,
    /// What to read where the file lacks the columns.
    pub otherwise: Vec<Field>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldTable {
    column: Option<String>,
    columns: Option<Vec<String>>,
    #[serde(default)]
    join: String,
    #[serde(default)]
    formats: Vec<String>,
    #[serde(default)]
    codes: BTreeMap<String, String>,
    #[serde(rename = "as")]
    name: Option<String>,
    #[serde(default)]
    after: String,
    #[serde(default)]
    before: String,
    /// What TOML makes of a date without quotes.
    #[serde(rename = "$__toml_private_datetime", default)]
    bare_date: String,
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl<'de> Visitor<'de> for Written {
            type Value = Field;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a column name, a table with `column`, or a list of such tables")
            }
            fn visit_str<E>(self, text: &str) -> Result<Field, E> {
                Ok(Field { columns: vec![text.to_owned()], ..Field::default() })
            }
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Field, A::Error> {
                let mut list = Vec::<Field>::deserialize(SeqAccessDeserializer::new(list))?.into_iter();
                let first =
                    list.next().ok_or_else(|| serde::de::Error::custom("the list names no column"))?;
                Ok(Field { otherwise: list.collect(), ..first })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Field, A::Error> {
                // What TOML itself calls a date is no name that anybody should write.
                let plain = |error: A::Error| {
                    serde::de::Error::custom(error.to_string().replace(", `$__toml_private_datetime`", ""))
                };
                let table = FieldTable::deserialize(MapAccessDeserializer::new(map)).map_err(plain)?;
                if !table.bare_date.is_empty() {
                    return Err(serde::de::Error::custom("a date stands in quotes here: \"2027-12-31\""));
                }
                let columns = match (table.column, table.columns) {
                    (Some(column), None) => vec![column],
                    (None, Some(columns)) if !columns.is_empty() => columns,
                    _ => return Err(serde::de::Error::custom("name either `column` or `columns`")),
                };
                let FieldTable { join, formats, codes, name, after, before, .. } = table;
                Ok(Field { columns, join, formats, codes, name, after, before, otherwise: Vec::new() })
            }
        }
        deserializer.deserialize_any(Written)
    }
}

impl Field {
    /// Checks a field that holds a date.
    pub(crate) fn check_date(&self, place: &str) -> Result<(), String> {
        for field in std::iter::once(self).chain(&self.otherwise) {
            if !field.codes.is_empty() {
                return Err(format!("{place}: a date has `formats`, and no `codes`; remove them"));
            }
            if !field.formats.is_empty() {
                check_formats(&field.formats, &format!("{place}.formats"))?;
            }
        }
        Ok(())
    }
}

/// An age, for sources that know no birth: ages and minors are told by it, and no token is made of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "the column and the one of the day on which it was true, `{ column = \"Age\", at = \"Arrived\" }`"
)]
pub struct AgeColumn {
    /// The age in whole years.
    pub column: String,
    /// The day on which it was true.
    pub at: String,
    /// Formats of that day; empty for those of event dates.
    #[serde(default)]
    pub formats: Vec<String>,
}

/// The identity columns of a source; a source has the fields it has.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the names are those of schemas/sources/README.md")]
pub struct IdentityMap {
    pub record_id: Option<Field>,
    pub first_name: Option<Field>,
    pub middle_name: Option<Field>,
    pub last_name: Option<Field>,
    pub full_name: Option<Field>,
    pub birth_date: Option<Field>,
    pub birth_year: Option<Field>,
    pub birth_month: Option<Field>,
    pub birth_day: Option<Field>,
    pub age: Option<AgeColumn>,
    pub ssn: Option<Field>,
    pub phone: Option<Field>,
    pub email: Option<Field>,
    pub sex: Option<Field>,
    pub street_number: Option<Field>,
    pub street_name: Option<Field>,
    pub unit: Option<Field>,
    pub city: Option<Field>,
    pub state: Option<Field>,
    pub postcode: Option<Field>,
    pub birth_place: Option<Field>,
    pub occupation: Option<Field>,
    pub other: Vec<Field>,
}

impl IdentityMap {
    /// Leaves a field out, as though the profile did not map it; whether there is such a field. A birth
    /// date goes with its parts, and a record's id can't go.
    pub(crate) fn leave_out(&mut self, name: &str) -> bool {
        let fields: &mut [&mut Option<Field>] = match name {
            "first_name" => &mut [&mut self.first_name],
            "middle_name" => &mut [&mut self.middle_name],
            "last_name" => &mut [&mut self.last_name],
            "full_name" => &mut [&mut self.full_name],
            "birth_date" => {
                self.age = None;
                &mut [&mut self.birth_date, &mut self.birth_year, &mut self.birth_month, &mut self.birth_day]
            }
            "age" => {
                self.age = None;
                return true;
            }
            "birth_year" => &mut [&mut self.birth_year],
            "birth_month" => &mut [&mut self.birth_month],
            "birth_day" => &mut [&mut self.birth_day],
            "ssn" => &mut [&mut self.ssn],
            "phone" => &mut [&mut self.phone],
            "email" => &mut [&mut self.email],
            "sex" => &mut [&mut self.sex],
            "street_number" => &mut [&mut self.street_number],
            "street_name" => &mut [&mut self.street_name],
            "unit" => &mut [&mut self.unit],
            "city" => &mut [&mut self.city],
            "state" => &mut [&mut self.state],
            "postcode" => &mut [&mut self.postcode],
            "birth_place" => &mut [&mut self.birth_place],
            "occupation" => &mut [&mut self.occupation],
            "other" => {
                self.other.clear();
                return true;
            }
            _ => return false,
        };
        for field in fields {
            **field = None;
        }
        true
    }

    /// The fields by name, but for the record's id.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'static str, &Field)> {
        let fields = [
            ("first_name", &self.first_name),
            ("middle_name", &self.middle_name),
            ("last_name", &self.last_name),
            ("full_name", &self.full_name),
            ("birth_date", &self.birth_date),
            ("birth_year", &self.birth_year),
            ("birth_month", &self.birth_month),
            ("birth_day", &self.birth_day),
            ("ssn", &self.ssn),
            ("phone", &self.phone),
            ("email", &self.email),
            ("sex", &self.sex),
            ("street_number", &self.street_number),
            ("street_name", &self.street_name),
            ("unit", &self.unit),
            ("city", &self.city),
            ("state", &self.state),
            ("postcode", &self.postcode),
            ("birth_place", &self.birth_place),
            ("occupation", &self.occupation),
        ];
        let single = fields.into_iter().filter_map(|(name, field)| Some((name, field.as_ref()?)));
        single.chain(self.other.iter().map(|field| ("other", field)))
    }

    /// The field that holds what `name` says as well, so that `name` alone can't be left out.
    pub(crate) fn also_holds(&self, name: &str) -> Option<&'static str> {
        match name {
            "first_name" | "middle_name" | "last_name" => self.full_name.as_ref().map(|_| "full_name"),
            "birth_month" | "birth_day" => self.birth_date.as_ref().map(|_| "birth_date"),
            _ => None,
        }
    }

    /// Whether an age can be known of anybody.
    pub(crate) fn tells_age(&self) -> bool {
        self.tells_birth_year() || self.age.is_some()
    }

    /// Whether the year of anybody's birth can be known.
    pub(crate) fn tells_birth_year(&self) -> bool {
        self.birth_date.is_some() || self.birth_year.is_some()
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        if self.full_name.is_some() && (self.first_name.is_some() || self.last_name.is_some()) {
            return Err(
                "identity.full_name: name either full_name or first_name and last_name, not both".to_owned()
            );
        }
        if self.other.len() > 4 {
            return Err("identity.other: at most 4 further identifiers".to_owned());
        }
        if let Some(birth) = &self.birth_date {
            birth.check_date("identity.birth_date")?;
        }
        if let Some(age) = self.age.as_ref().filter(|age| !age.formats.is_empty()) {
            check_formats(&age.formats, "identity.age.formats")?;
        }
        let sexes = self.sex.iter().flat_map(|field| std::iter::once(field).chain(&field.otherwise));
        let mut words = sexes.flat_map(|field| field.codes.values());
        if words.any(|word| !matches!(word.as_str(), "female" | "male" | "other" | "unknown")) {
            return Err("identity.sex.codes: map codes to female, male, other or unknown".to_owned());
        }
        let mut sexes = self.sex.iter().flat_map(|field| std::iter::once(field).chain(&field.otherwise));
        sexes.try_for_each(|field| check_case(&field.codes, "identity.sex.codes"))
    }
}
