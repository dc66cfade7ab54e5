//! Habits of the agencies: how careless each is, and what it leaves blank.

/// Share of records with an error in the name, with an error in the birth date.
pub(crate) const NAME_ERROR: f64 = 0.122;
pub(crate) const DATE_ERROR: f64 = 0.04;

/// Habits of one agency: factors of the error rates, shares of blank fields.
pub(crate) struct Habits {
    pub(crate) names: f64,
    pub(crate) dates: f64,
    pub(crate) no_date: f64,
    pub(crate) no_ssn: f64,
    pub(crate) no_phone: f64,
    pub(crate) no_email: f64,
    pub(crate) no_address: f64,
    /// Share of middle names that are kept, as an initial at least.
    pub(crate) middle: f64,
    /// Share of suffixes that are kept.
    pub(crate) suffix: f64,
}

/// In the order of the sources. A field that a source has no column for is simply not written.
pub(crate) const HABITS: [Habits; 6] = [
    Habits {
        names: 1.2,
        dates: 1.2,
        no_date: 0.03,
        no_ssn: 0.35,
        no_phone: 1.0,
        no_email: 1.0,
        no_address: 1.0,
        middle: 0.3,
        suffix: 0.6,
    },
    Habits {
        names: 0.8,
        dates: 0.7,
        no_date: 0.005,
        no_ssn: 0.5,
        no_phone: 0.12,
        no_email: 1.0,
        no_address: 0.08,
        middle: 0.7,
        suffix: 0.5,
    },
    Habits {
        names: 0.9,
        dates: 0.9,
        no_date: 0.01,
        no_ssn: 0.25,
        no_phone: 1.0,
        no_email: 1.0,
        no_address: 0.07,
        middle: 0.5,
        suffix: 0.7,
    },
    Habits {
        names: 1.2,
        dates: 1.2,
        no_date: 0.15,
        no_ssn: 1.0,
        no_phone: 0.1,
        no_email: 0.45,
        no_address: 0.15,
        middle: 0.15,
        suffix: 0.1,
    },
    Habits {
        names: 0.8,
        dates: 0.8,
        no_date: 0.06,
        no_ssn: 1.0,
        no_phone: 0.12,
        no_email: 0.45,
        no_address: 0.12,
        middle: 0.1,
        suffix: 0.2,
    },
    Habits {
        names: 1.4,
        dates: 1.4,
        no_date: 0.1,
        no_ssn: 0.85,
        no_phone: 0.35,
        no_email: 1.0,
        no_address: 0.15,
        middle: 0.5,
        suffix: 0.3,
    },
];
