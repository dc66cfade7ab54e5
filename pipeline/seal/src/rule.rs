//! The rules a sealed extract can break. No rule's text quotes the archive.

use domain::rules;

rules! {
    pub(crate),
    FORM = "seal.form", "it is no sealed extract: four lines of signature, then an age file",
        "deliver the file as `pathways seal` wrote it";
    SIGNER = "seal.signer", "it is signed by a key that the configuration does not name for this source",
        "seal it with this agency's own signing key, or put the agency's new public key into `signed_by`";
    SIGNATURE = "seal.signature", "the signature does not fit: it was cut off or changed on its way",
        "deliver it again; if it happens again, ask the agency for the file's SHA-256 by telephone";
    CITY = "seal.city", "it was sealed for another city", "deliver the extract of this city; cities never mix";
    SOURCE = "seal.source", "it was sealed for another source",
        "deliver this source's own extract, or correct `name` in the city's configuration";
    EPOCH = "seal.key_epoch", "its tokens were made in another key epoch, so they would match nothing",
        "encode again with the linkage key of the expected epoch, and seal again";
    FINGERPRINT = "seal.key_fingerprint", "its tokens were made with another linkage key, so they would match nothing",
        "encode again with the city's own linkage key, and seal again";
    OLDER = "seal.older", "it was sealed before one that was taken already: an old file was put back",
        "deliver the newest; if an older one is wanted, seal it again";
    AHEAD = "seal.time", "it was sealed more than a day ahead of this machine's clock",
        "set the clock right, here or at the agency, and seal again";
    RECIPIENT = "seal.recipient", "none of the hub's opening keys opens it",
        "seal it to the recipient that `pathways keys show` prints at the hub";
    BROKEN = "seal.broken", "it is signed, and can't be decrypted to its end",
        "seal and deliver it again; if it happens again, this is a defect of the program";
    ENTRY_NAME = "seal.entry_name", "the archive holds a name other than manifest.json and the two tables',  or one twice",
        "seal the folder that `pathways encode` wrote, and nothing else";
    ENTRY_KIND = "seal.entry_kind", "the archive holds a link, a folder, a device or an extended header",
        "seal it with `pathways seal`, which writes plain files alone";
    TOO_LARGE = "seal.too_large", "it holds more than this source may send",
        "ask the agency; if the size is right, raise `most_bytes` of the source";
    INCOMPLETE = "seal.incomplete", "the archive lacks a file, or holds one that its manifest does not name",
        "seal the folder that `pathways encode` wrote, and nothing else";
    MANIFEST = "seal.manifest", "its manifest can't be read, or tells another city, source or key than its label",
        "seal the folder that `pathways encode` wrote";
}
