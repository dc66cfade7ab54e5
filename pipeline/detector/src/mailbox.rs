//! E-mail addresses, also as people write them who want no machine to read them.

/// Hosts at which people have their own mailboxes.
const HOSTS: [&str; 16] = [
    "gmail",
    "yahoo",
    "ymail",
    "hotmail",
    "outlook",
    "live",
    "msn",
    "icloud",
    "me",
    "aol",
    "proton",
    "protonmail",
    "gmx",
    "mail",
    "comcast",
    "rocketmail",
];

/// What stands for `@` between a user and a host.
const AT: [&str; 10] = [" at ", "[at]", "(at)", "{at}", "<at>", "_at_", " arroba ", "(arroba)", " @ ", "(a)"];

/// What stands for the point of a host.
const DOT: [&str; 6] = [" dot ", "[dot]", "(dot)", "{dot}", " punto ", "_dot_"];

/// Whether an e-mail address stands in a text.
pub(crate) fn has_email(text: &str) -> bool {
    if text.contains('@') {
        return written(text) || slipped(text);
    }
    (text.contains("%40") && written(&text.replace("%40", "@").replace(['=', '&', '?'], " "))) || spoken(text)
}

/// `maria@example.org`.
fn written(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || "<>,;()\":".contains(c)).any(|word| {
        word.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty()
                && host.split_once('.').is_some_and(|(name, top)| !name.is_empty() && !top.is_empty())
        })
    })
}

/// `maria@gmailcom`, `maria@gmail,com`, `maria @ gmail.com`: a known host after the sign.
fn slipped(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(user, host)| is_user(user) && is_host(&host.trim().to_ascii_lowercase()))
}

/// `maria at gmail.com`, `maria [at] gmail [dot] com`.
fn spoken(text: &str) -> bool {
    // This is asked of every cell: few have a point or a word for it, and fewer the word before it.
    let pointed =
        text.contains('.') || ["dot", "DOT", "punto", "PUNTO"].iter().any(|word| text.contains(word));
    let marked = || {
        text.contains([' ', '(', '[', '{', '<', '_'])
            && ["at", "AT", "At", "rroba", "RROBA", "(a)"].iter().any(|mark| text.contains(mark))
    };
    if !pointed || !marked() {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    AT.iter().any(|mark| {
        lower.split_once(mark).is_some_and(|(user, host)| {
            let host = DOT.iter().fold(host.trim().to_owned(), |host, dot| host.replace(dot, "."));
            is_user(user) && host.contains(['.', ',']) && is_host(&host)
        })
    })
}

/// Something that ends as a user's name does.
fn is_user(text: &str) -> bool {
    text.trim_end().ends_with(|c: char| c.is_alphanumeric())
}

/// A known host at the start of a text in small letters, and nothing after its name but what ends a host.
fn is_host(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let rest = rest.trim_start();
    (HOSTS.contains(&name) && rest.starts_with(['.', ',']))
        || ["com", "net", "es"]
            .iter()
            .any(|top| name.strip_suffix(top).is_some_and(|n| HOSTS[..8].contains(&n)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes_are_seen_in_any_dress() {
        for text in [
            "maria@example.org",
            "Maria <maria@example.org>",
            "maria at gmail.com",
            "maria22 [at] gmail [dot] com",
            "MARIA22 AT GMAIL DOT COM",
            "maria (arroba) hotmail punto com",
            "maria@gmailcom",
            "maria@gmail,com",
            "maria @ yahoo.com",
            "u=maria%40example.org",
        ] {
            assert!(has_email(text), "{text}");
        }
        for text in [
            "met at live show",
            "at me",
            "stayed at outlook hotel",
            "seen at mail room.",
            "@home",
            "a @ 5th",
            "50% at",
        ] {
            assert!(!has_email(text), "{text}");
        }
    }
}
