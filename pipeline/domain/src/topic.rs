//! What one of several attributes of a measure is about: a service, a type of exploitation, a system.

use serde::{Deserialize, Serialize};

use crate::event::ScreeningQuestion;
use crate::service::Service;
use crate::system::System;
use crate::word::Word;

/// What a table of a measure with several attributes is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// One of the sixteen services.
    Service(Service),
    /// Sex or labor exploitation.
    Exploitation(ScreeningQuestion),
    /// A city system.
    System(System),
    /// Two city systems beside each other.
    Systems(System, System),
}

/// What a measure has an attribute for each of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// One attribute in all.
    One,
    /// Each service.
    Service,
    /// Sex and labor.
    Exploitation,
    /// Each system; its tables are of pairs too.
    System,
}

impl Topic {
    /// The service, if the topic is one.
    pub fn service(self) -> Option<Service> {
        match self {
            Self::Service(service) => Some(service),
            _ => None,
        }
    }

    /// The written forms, of two systems in order.
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Self::Service(service) => vec![service.word()],
            Self::Exploitation(question) => vec![question.word()],
            Self::System(system) => vec![system.word()],
            Self::Systems(a, b) => vec![a.word(), b.word()],
        }
    }

    pub(crate) fn each(self) -> Each {
        match self {
            Self::Service(_) => Each::Service,
            Self::Exploitation(_) => Each::Exploitation,
            Self::System(_) | Self::Systems(..) => Each::System,
        }
    }
}
