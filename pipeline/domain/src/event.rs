//! What an event can be and what it can say (extract, version 1, `events`).

use crate::word::words;

words! {
    /// Kind of an event.
    EventKind("kind") {
        /// The person enters a programme, case or complaint.
        Entry = "entry",
        /// A contact that opens nothing.
        Contact = "contact",
        /// A question about exploitation was put, or ought to have been.
        Screening = "screening",
        /// A sign of trafficking: the person is at risk.
        Indicator = "indicator",
        /// An agency recorded the person as trafficked.
        Identification = "identification",
        /// A need was recorded, or is implied by a recorded state.
        Need = "need",
        /// The person was referred to a service.
        Referral = "referral",
        /// A service was delivered.
        Service = "service",
        /// The person leaves the programme.
        Exit = "exit",
    }
}

words! {
    /// How exactly the date is known or shared; a coarse date stands at the first day of its span.
    DatePrecision("date_precision") {
        /// To the day.
        Day = "day",
        /// To the month.
        Month = "month",
        /// To the quarter.
        Quarter = "quarter",
    }
}

words! {
    /// What a screening asked about.
    ScreeningQuestion("screening_question") {
        /// Sexual exploitation.
        Sex = "sex",
        /// Labor exploitation.
        Labor = "labor",
    }
}

words! {
    /// What was answered. "Not collected" is never "no".
    Answer("screening_answer") {
        /// No.
        No = "no",
        /// Yes.
        Yes = "yes",
        /// Doesn't know, or prefers not to say.
        NotAnswered = "not_answered",
        /// Nobody asked, or nothing was written down.
        NotCollected = "not_collected",
    }
}

words! {
    /// The exploitation an indicator or identification speaks of.
    Exploitation("trafficking_type") {
        /// Sex trafficking.
        Sex = "sex",
        /// Labor trafficking.
        Labor = "labor",
        /// Both at once.
        Both = "both",
        /// Trafficking of a kind that was not written down.
        Unknown = "unknown",
    }
}

words! {
    /// How a referral ended.
    ReferralResult("referral_result") {
        /// Accepted or attained.
        Attained = "attained",
        /// The client declined.
        ClientDeclined = "client_declined",
        /// The provider declined.
        ProviderDeclined = "provider_declined",
        /// Not attained for another reason.
        NotAttained = "not_attained",
        /// Nobody knows.
        Unknown = "unknown",
    }
}
