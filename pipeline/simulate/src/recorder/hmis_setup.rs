//! The HMIS files that describe the export and its projects.

use crate::city::{City, HmisVersion};
use crate::history::Span;
use crate::history::stay::Project;
use crate::recorder::book::Pages;

const PROJECTS: [(Project, &str); 9] = [
    (Project::ShelterEntryExit, "Harbor Shelter"),
    (Project::ShelterNightly, "Winter Beds"),
    (Project::Transitional, "Bridge House"),
    (Project::Supportive, "Cedar Homes"),
    (Project::Outreach, "Street Team"),
    (Project::DayShelter, "Day Center"),
    (Project::Prevention, "Stay Put"),
    (Project::Rapid, "Home Again"),
    (Project::Coordinated, "Front Door"),
];

/// The victim service provider's project. It has no enrollment: providers like it may not enter
/// anybody into HMIS.
const PROVIDER: (&str, &str) = ("900", "90");

/// The id of one of the two projects of a type.
pub(crate) fn project_id(project: Project, second: bool) -> String {
    (100 + project.code() * 2 + u32::from(second)).to_string()
}

/// Writes Export, Organization, Project, ProjectCoC, Funder and User.
pub(crate) fn write(pages: &mut Pages<'_>, city: &City, span: Span) {
    let (start, end) = (span.start.to_string(), span.end.to_string());
    let stamp = format!("{start} 08:00:00");
    let exported = format!("{end} 23:00:00");
    let tail = [("DateCreated", stamp.as_str()), ("DateUpdated", &stamp), ("UserID", "1"), ("ExportID", "1")];
    let version = match city.hmis {
        HmisVersion::Fy2024 => "2024 v1.3",
        HmisVersion::Fy2026 => "2026 v1",
    };
    pages.hmis(
        "Export.csv",
        &[
            ("ExportID", "1"),
            ("SourceType", "1"),
            ("SourceID", city.coc),
            ("SourceName", "Fictitious continuum of care"),
            ("ExportDate", &exported),
            ("ExportStartDate", &start),
            ("ExportEndDate", &end),
            ("SoftwareName", "pathways simulate"),
            ("SoftwareVersion", env!("CARGO_PKG_VERSION")),
            ("CSVVersion", version),
            ("ExportPeriodType", "3"),
            ("ExportDirective", "2"),
            ("HashStatus", "1"),
            ("ImplementationID", "fictitious"),
        ],
    );
    pages.hmis(
        "User.csv",
        &[
            ("UserID", "1"),
            ("UserFirstName", "Example"),
            ("UserLastName", "Worker"),
            tail[0],
            tail[1],
            tail[3],
        ],
    );
    for (id, name, provider) in
        [("10", "North Services", "0"), ("11", "South Services", "0"), (PROVIDER.1, "Safe Place", "1")]
    {
        let row = [("OrganizationID", id), ("OrganizationName", name), ("VictimServiceProvider", provider)];
        pages.hmis("Organization.csv", &[&row[..], &tail[..]].concat());
    }
    let mut projects: Vec<(String, &str, String, String)> = Vec::new();
    for (project, name) in PROJECTS {
        for second in [false, true] {
            let organization = if second { "11" } else { "10" };
            let title = format!("{name} {}", if second { "South" } else { "North" });
            projects.push((project_id(project, second), organization, title, project.code().to_string()));
        }
    }
    projects.push((PROVIDER.0.to_owned(), PROVIDER.1, "Safe Place Shelter".to_owned(), "0".to_owned()));
    for (id, organization, title, kind) in &projects {
        let row = [
            ("ProjectID", id.as_str()),
            ("OrganizationID", *organization),
            ("ProjectName", title),
            ("OperatingStartDate", "2015-01-01"),
            ("ContinuumProject", "1"),
            ("ProjectType", kind),
            ("RRHSubType", if kind == "13" { "2" } else { "" }),
            ("TargetPopulation", "4"),
        ];
        pages.hmis("Project.csv", &[&row[..], &tail[..]].concat());
        let zip = city.zips.0.to_string();
        let place = [
            ("ProjectCoCID", id.as_str()),
            ("ProjectID", id),
            ("CoCCode", city.coc),
            ("City", city.title),
            ("State", city.state),
            ("ZIP", &zip),
            ("GeographyType", "1"),
        ];
        pages.hmis("ProjectCoC.csv", &[&place[..], &tail[..]].concat());
        let funder = [
            ("FunderID", id.as_str()),
            ("ProjectID", id),
            ("Funder", "46"),
            ("OtherFunder", "City"),
            ("StartDate", "2015-01-01"),
        ];
        pages.hmis("Funder.csv", &[&funder[..], &tail[..]].concat());
    }
}
