//! The rules an extract can break: a stable id, what the rule says, how to mend it. No rule's text
//! holds a value of a cell.

use domain::rules;

// Whole extracts: the source is refused.
rules! {
    pub(crate),
    FOLDER_MISSING = "extract.missing", "there is no extract folder",
        "deliver the extract there, or correct `extract` in the city's configuration";
    FOLDER_FILE = "extract.file", "it is a file where an extract's folder should be; it may be a raw export",
        "see what it is: delete a raw export from this machine at once and tell the agency; deliver the folder that `pathways encode` wrote";
    SYMLINK = "extract.symlink", "it is a symbolic link, and links are never followed",
        "deliver real files in a real folder";
    FOLDER_OTHER = "extract.other_file", "the folder holds more than manifest.json, people and events; a raw export may lie there",
        "see what it is: delete a raw export from this machine at once and tell the agency; deliver the extract's files alone";
    MANIFEST_MISSING = "manifest.missing", "there is no manifest.json, so nobody can tell whether people and events lie there as an extract's or as a raw export",
        "deliver the whole folder that `pathways encode` wrote; delete a raw export from this machine at once and tell the agency";
    RAW_EXPORT = "identified.raw_export", "it lacks columns of the contract, and has others as a raw export has them: most likely it holds people's names and numbers",
        "delete it from this machine at once and tell the agency; deliver the folder that `pathways encode` wrote";
    FILE_METADATA = "identified.metadata", "the file tells of itself more than its columns (key-value metadata, as pandas and other programs write it), and names or cells may stand in it",
        "write the file without metadata at the agency, as `pathways encode` does";
    MANIFEST_UNREADABLE = "manifest.unreadable", "it is no manifest of an extract",
        "deliver manifest.json as `pathways encode` wrote it";
    EXTRACT_VERSION = "manifest.extract_version", "the extract follows another version of the contract",
        "encode again with a program of this hub's version";
    CITY = "manifest.city", "the extract belongs to another city",
        "deliver the extract that was made with this city's linkage key; cities never mix";
    AGENCY = "manifest.agency", "the extract was made for another source",
        "deliver this source's own extract, or correct `name` in the city's configuration";
    SYSTEM = "manifest.system", "the extract belongs to another system than the configuration says",
        "correct `system` in the source profile or in the city's configuration";
    TOKEN_SCHEME = "manifest.token_scheme", "the tokens follow another scheme, so they would match nothing",
        "encode again with a program of this hub's version";
    KEY_EPOCH = "key.epoch", "the tokens were made in another key epoch, so they would match nothing",
        "encode again with the linkage key of the expected epoch";
    KEY_FINGERPRINT = "key.fingerprint", "the tokens were made with another linkage key, so they would match nothing",
        "encode again with the city's own linkage key";
    MANIFEST_AHEAD = "manifest.encoded_on", "it was made more than a day ahead of this machine's clock, and ages, consents and \
        `fail_after_days` are judged by the day of the encoding",
        "set the agency's clock right and encode again; or this machine's, if that one is wrong";
    MANIFEST_ROWS = "manifest.rows", "rows read from a raw file are not rows used, skipped and set aside, or together not those that the manifest says were set aside",
        "encode again with a program of this hub's version, and deliver manifest.json as it wrote it";
    FILE_NAME = "manifest.file_name", "a file's name must be people.parquet, people.csv, events.parquet or events.csv, without a folder",
        "deliver the files under the names that `pathways encode` gives them";
    DIGEST_FORM = "manifest.sha256", "a SHA-256 is written as 64 lower-case hexadecimal digits",
        "deliver manifest.json as `pathways encode` wrote it";
    FILE_MISSING = "file.missing", "the manifest names this file and it is not there",
        "deliver the whole folder that `pathways encode` wrote";
    FILE_UNREADABLE = "file.unreadable", "the hub may not read it, or the disk fails",
        "let the hub's user read the folder and its files";
    FILE_DIGEST = "file.sha256", "its SHA-256 is not the manifest's: it was cut off or changed on its way, or another file lies in its place",
        "look what lies there: delete a raw export from this machine at once and tell the agency; deliver the extract again";
    FILE_ROWS = "file.rows", "it has another number of rows than the manifest says",
        "encode and deliver the extract again";
    FILE_FORMAT = "file.format", "it can't be read as the format that its name says",
        "encode and deliver the extract again";
    FILE_ENCODING = "file.encoding", "it is not UTF-8", "encode and deliver the extract again";
    FILE_RAGGED = "file.ragged", "a row has another number of fields than the header",
        "encode and deliver the extract again";
    FILE_SIZE = "file.size", "it has more rows than one extract may hold (100 million)",
        "split the source into several";
    COLUMN_MISSING = "column.missing", "the contract's column is missing",
        "encode again; headers must be exactly those of the extract contract";
    COLUMN_TYPE = "column.type", "the column has another type than the extract contract says",
        "encode again with the types of the extract contract";
    COLUMN_TWICE = "column.twice", "the column stands twice", "encode again; each column stands once";
    COLUMN_EPOCH = "column.key_epoch", "a row names another key epoch than the manifest",
        "encode the whole extract with one key";
    LOST = "rows.lost", "rows read are not rows accepted plus rows set aside; this is a defect of the program",
        "report it, with the extract's manifest only";
    COLUMN_SCHEME = "column.token_scheme", "a row names another token scheme than the manifest",
        "encode the whole extract with one program";
}

// Identified data: the source is refused.
rules! {
    pub(crate),
    ID_COLUMN = "identified.column_name", "the name of this column, which is not in the contract, says that it identifies people",
        "take the column out at the agency; identifiers never leave it";
    ID_NAME = "identified.name", "content looks like people's names", "take it out at the agency; identifiers never leave it";
    ID_SSN = "identified.ssn", "content looks like social security numbers", "take it out at the agency; identifiers never leave it";
    ID_PHONE = "identified.phone", "content looks like telephone numbers", "take it out at the agency; identifiers never leave it";
    ID_EMAIL = "identified.email", "content looks like e-mail addresses", "take it out at the agency; identifiers never leave it";
    ID_ADDRESS = "identified.address", "content looks like street addresses", "take it out at the agency; identifiers never leave it";
    ID_BIRTH_DATE = "identified.birth_date", "content looks like full birth dates", "take it out at the agency; identifiers never leave it";
    ID_HASH = "identified.hash", "content looks like hashes, and a hash without a key is an identifier",
        "take it out at the agency; only the contract's keyed tokens may leave it";
    ID_DOCUMENT = "identified.document", "content looks like numbers of documents: licence, passport, alien registration, number plate",
        "take it out at the agency; identifiers never leave it";
    ID_LOCATION = "identified.location", "content looks like places: coordinates or internet addresses", "take it out at the agency; identifiers never leave it";
    ID_PLAIN = "identified.id", "the ids are decimal numbers or have blanks in front or behind, so they were not made with a key",
        "encode again; ids are made by `pathways encode`";
    ID_TOKEN = "identified.token", "the tokens are readable text or padded with zeros, so they were not made with a key",
        "encode again; tokens are made by `pathways encode`";
    ID_TOKEN_HASH = "identified.token_hash", "the tokens are hashes without a key, which a list of names, sounds, dates and numbers reads back",
        "delete the extract from this machine and tell the agency; tokens are made by `pathways encode`";
    ID_OPAQUE = "identified.opaque", "the column is not in the contract and is of a form that can hold anything",
        "take the column out at the agency";
    ID_FREE_TEXT = "identified.free_text", "content is free text, which can hold anything",
        "map it to a short list of words in the source profile, or take it out";
}

// Rows: the row is set aside.
rules! {
    pub(crate),
    NULL = "required.null", "the field must have a value", "fill it at the agency, or mend the source profile";
    WORD = "word.unknown", "the value is not in the contract's closed list", "map the code in the source profile";
    ID_FORM = "id.format", "an id is 32 lower-case hexadecimal digits", "encode again; ids are made by `pathways encode`";
    ID_TWICE = "id.duplicate", "other rows have the same id and say something else, and nobody can tell which is right",
        "give every record and event an id of its own in the source profile";
    ROW_TWICE = "row.duplicate", "the row stands in the file more than once; one copy was kept", "drop the copies at the agency";
    RECORD_UNKNOWN = "event.record_unknown", "the event belongs to a record that is not in people, or that was set aside",
        "deliver the record with it, or mend the record's row";
    EVENT_FIELD = "event.field_missing", "an event of this kind must have this field", "mend the events' mapping in the source profile";
    DATE = "date.impossible", "the date is no date of the calendar from 1900 on", "correct the date at the agency";
    DATE_FUTURE = "date.future", "the date lies more than a year ahead, of today and of the report date", "correct the date at the agency";
    DATE_RANGE = "date.outside_manifest", "the date lies outside the days that the manifest declares",
        "encode and deliver the extract again";
    CONSENT_ORDER = "consent.order", "consent ends before it starts", "correct the dates of consent at the agency";
    INTEGER = "number.unreadable", "the value is no whole number", "mend the source profile";
    FLAG = "flag.unreadable", "the value is neither true nor false", "mend the source profile";
    BIRTH_YEAR = "birth_year.range", "a birth year lies from 1900 to this year", "correct the year at the agency";
    TEXT_FORM = "text.form", "the text must be one lower-case word of letters, digits and underscores, at most 40 long",
        "map it to a word in the source profile";
    TOKEN_FORM = "token.length", "tokens are whole blocks of 16 bytes, at most as many as the family allows",
        "encode again; tokens are made by `pathways encode`";
}
