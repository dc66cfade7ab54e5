//! Handles, profile pages and links: what leads to one person's page, mailbox or telephone.

use crate::kind::Kind;
use crate::lexicon::{Lexicon, fold};

/// Sites on which a page is a person's.
const PROFILES: [&str; 15] = [
    "facebook.com/",
    "fb.com/",
    "fb.me/",
    "m.me/",
    "instagram.com/",
    "tiktok.com/@",
    "linkedin.com/in/",
    "snapchat.com/add/",
    "twitter.com/",
    "x.com/",
    "t.me/",
    "vk.com/",
    "onlyfans.com/",
    "threads.net/@",
    "youtube.com/@",
];

/// Links to a point on a map.
const POINTS: [&str; 3] = ["goo.gl/maps/", "maps.app.goo.gl/", "what3words.com/"];

/// Links that ring a telephone.
const TELEPHONES: [&str; 4] = ["wa.me/", "whatsapp.com/send", "tel:", "sms:"];

/// What a link in a text leads to, where it is a person's telephone or page.
pub(crate) fn link(text: &str) -> Option<Kind> {
    if !text.contains(['/', ':', '@']) {
        return None;
    }
    // This is asked of every cell: nothing is copied before it looks like a link.
    let found = text.split_whitespace().filter(|word| word.contains(['/', ':'])).find_map(|word| {
        let (telephone, page) = (after(word, &TELEPHONES), after(word, &PROFILES));
        let digits = |rest: &str| rest.bytes().filter(u8::is_ascii_digit).count() >= 7;
        let name = |rest: &str| {
            let name = rest.split(['/', '?']).next().unwrap_or_default().to_ascii_lowercase();
            name.len() >= 3 && !["pages", "groups", "events", "sharer", "share"].contains(&name.as_str())
        };
        if telephone.is_some_and(digits) {
            Some(Kind::Phone)
        } else if page.is_some_and(name) || named_page(word) {
            Some(Kind::Name)
        } else {
            after(word, &POINTS).is_some_and(|point| point.len() >= 8).then_some(Kind::Location)
        }
    });
    found.or_else(|| networked(text).then_some(Kind::Name))
}

/// What follows one of the sites, where a word is a link to it.
fn after<'a>(word: &'a str, sites: &[&str]) -> Option<&'a str> {
    let word = word.trim_start_matches(['(', '<', '"']);
    let host = word.split_once("://").filter(|(scheme, _)| scheme.len() <= 5).map_or(word, |(_, host)| host);
    let begins = |text: &str, start: &str| {
        text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
    };
    let host = ["www.", "m.", "api.", "web.", "mobile."]
        .iter()
        .find(|prefix| begins(host, prefix))
        .map_or(host, |prefix| &host[prefix.len()..]);
    sites.iter().find(|site| begins(host, site)).map(|site| &host[site.len()..])
}

/// A link of which the last part is a login or a name with a number: `https://site.example/girls/maria-5512345`.
fn named_page(word: &str) -> bool {
    let Some((_, host)) = word.split_once("://") else { return false };
    let Some((_, path)) = host.trim_end_matches('/').split_once('/') else { return false };
    let last = path.rsplit(['/', '=']).next().unwrap_or_default();
    let name = last.trim_end_matches(|c: char| c.is_ascii_digit() || "-_.".contains(c));
    name.len() < last.len() && name.len() >= 4 && {
        let folded = fold(name);
        Lexicon::shared().is_only_name(&folded) || is_login(name)
    }
}

/// `IG: @maria`, `fb: jose.lopez`: a network before a handle.
fn networked(text: &str) -> bool {
    const NETWORKS: [&str; 15] = [
        "ig",
        "insta",
        "instagram",
        "fb",
        "facebook",
        "snap",
        "snapchat",
        "sc",
        "tiktok",
        "twitter",
        "telegram",
        "whatsapp",
        "discord",
        "kik",
        "live",
    ];
    text.split_once([':', '@']).is_some_and(|(network, handle)| {
        let (network, handle) = (network.trim(), handle.trim_start_matches([' ', '@']));
        NETWORKS.iter().any(|known| known.eq_ignore_ascii_case(network))
            && handle.len() >= 3
            && !handle.contains(' ')
    })
}

/// Whether a text is a handle by its mark, `@maria_lopez`.
pub(crate) fn is_handle(text: &str) -> bool {
    let plain = |handle: &str| {
        let signs = handle.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        (3..=40).contains(&handle.len()) && signs
    };
    // `maria#1234`: a name and four digits.
    let numbered = text.trim().split_once('#').is_some_and(|(name, number)| {
        plain(name)
            && name.bytes().any(|b| b.is_ascii_alphabetic())
            && number.len() == 4
            && number.bytes().all(|b| b.is_ascii_digit())
    });
    // `$MariaL22`: where money is sent to a person; an amount has a digit there.
    let paid =
        text.trim().strip_prefix('$').filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
    text.trim().strip_prefix('@').is_some_and(plain) || paid.is_some_and(plain) || numbered
}

/// Whether a text is a login made of a name: `mlopez83`, `maria.lopez`, `lopezm`.
pub(crate) fn is_login(text: &str) -> bool {
    let text = text.trim();
    if text.len() < 4
        || text.contains(' ')
        || !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    {
        return false;
    }
    let lower = fold(text);
    let lexicon = Lexicon::shared();
    let whole = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    if whole.contains(|c: char| c.is_ascii_digit()) || lower.len() - whole.len() > 4 {
        return false;
    }
    let name = |word: &str| word.len() >= 4 && lexicon.is_only_name(word);
    let mut pieces = whole.split(['.', '_', '-']).filter(|piece| !piece.is_empty());
    let first = pieces.next().unwrap_or_default();
    let marked = pieces.next().is_some() || lower.len() > whole.len();
    // An initial before or after a family name, or two names without a mark.
    let joined = |word: &str| {
        word.is_ascii()
            && word.len() >= 5
            && (lexicon.family.contains(&word[1..]) && name(&word[1..])
                || lexicon.family.contains(&word[..word.len() - 1]) && name(&word[..word.len() - 1])
                || lexicon.given.contains(&word[..word.len() - 1]) && name(&word[..word.len() - 1])
                || (3..word.len() - 2)
                    .any(|at| lexicon.given.contains(&word[..at]) && lexicon.family.contains(&word[at..])))
            && !lexicon.words.contains(word)
    };
    if marked {
        whole.split(['.', '_', '-']).any(|piece| name(piece) || joined(piece))
    } else {
        joined(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_a_person_are_told_from_others() {
        for (text, kind) in [
            ("https://wa.me/50255512345", Kind::Phone),
            ("https://api.whatsapp.com/send?phone=17135550142", Kind::Phone),
            ("https://www.facebook.com/maria.lopez.99", Kind::Name),
            ("IG: @maria_lopez", Kind::Name),
            ("t.me/joselopez", Kind::Name),
            ("https://ads.example.org/girls/marisol-5512345", Kind::Name),
            ("https://goo.gl/maps/abCDefGH23", Kind::Location),
        ] {
            assert_eq!(link(text), Some(kind), "{text}");
        }
        for text in [
            "https://hmis.example.org/clients/7",
            "https://hmis.example.org/export-2024",
            "netflix.com/title",
            "IG: see file",
            "9:30",
            "and/or",
        ] {
            assert_eq!(link(text), None, "{text}");
        }
        assert!(is_handle("maria_l#0412") && !is_handle("Apt #0412") && !is_handle("12#0412"));
        assert!(is_handle("$MariaL22") && !is_handle("$1,200") && !is_handle("$25 card"));
        assert!(is_handle("@maria_lopez") && !is_handle("@ 5th") && !is_handle("maria"));
    }

    #[test]
    fn logins_are_made_of_names() {
        for text in ["mlopez83", "jose.hernandez", "hernandezm", "mariagarcia"] {
            assert!(is_login(text), "{text}");
        }
        for text in ["shelter", "64A", "TX-700", "export_20240301", "referred", "housing2"] {
            assert!(!is_login(text), "{text}");
        }
    }
}
