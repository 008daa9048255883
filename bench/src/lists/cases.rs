//! What is asked for, and the same as a condition of plain SQL over the table of the rows.

use domain::page::ListQuery;

use super::seed;

/// One of the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    People,
    Events,
}

impl List {
    pub fn name(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Events => "events",
        }
    }

    /// Its server function.
    pub fn function(self) -> &'static str {
        match self {
            Self::People => "users/people",
            Self::Events => "activity/activities",
        }
    }

    /// Its page.
    pub fn path(self) -> &'static str {
        match self {
            Self::People => "/users/overview",
            Self::Events => "/activity",
        }
    }
}

/// Questions of one kind.
pub struct Case {
    pub list: List,
    pub name: &'static str,
    pub questions: Vec<(ListQuery, String)>,
}

fn query(search: &str, sort: &str, filters: &[(&str, &str)]) -> ListQuery {
    ListQuery {
        search: search.to_owned(),
        sort: sort.to_owned(),
        descending: sort == "created",
        filters: filters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..ListQuery::default()
    }
}

pub fn all(list: List, people: u32) -> Vec<Case> {
    let case = |name, questions| Case {
        list,
        name,
        questions,
    };
    match list {
        List::People => of_people(people, case),
        List::Events => of_events(people, case),
    }
}

fn of_people(people: u32, case: impl Fn(&'static str, Vec<(ListQuery, String)>) -> Case) -> Vec<Case> {
    let holds = |text: &str| format!("(email_key like '%{text}%' or name_key like '%{text}%')");
    let some = || (0..20).map(|number| number * (people / 20));
    let one = |search: &str, sort: &str, filters: &[(&str, &str)], condition: &str| {
        vec![(query(search, sort, filters), condition.to_owned())]
    };
    vec![
        case("page 1", one("", "", &[], "1")),
        case("page 1, newest first", one("", "created", &[], "1")),
        case(
            "one address",
            some()
                .map(|n| (query(&seed::email(n), "", &[]), holds(&seed::email(n))))
                .collect(),
        ),
        case(
            "a last name",
            seed::LAST
                .iter()
                .map(|name| (query(name, "", &[]), holds(&name.to_lowercase())))
                .collect(),
        ),
        case(
            "first and last name",
            seed::LAST
                .iter()
                .zip(seed::FIRST)
                .map(|(last, first)| {
                    let condition = format!(
                        "{} and {}",
                        holds(&first.to_lowercase()),
                        holds(&last.to_lowercase())
                    );
                    (query(&format!("{first} {last}"), "", &[]), condition)
                })
                .collect(),
        ),
        case(
            "a word of all of them, newest first",
            one("contoso", "created", &[], &holds("contoso")),
        ),
        case("nothing", one("xyzzy", "", &[], "0")),
        case(
            "a frequent role",
            one("", "", &[("role", "obs-admin")], "(roles & 4) <> 0"),
        ),
        case(
            "a rare role",
            one("", "", &[("role", "super-admin")], "(roles & 1) <> 0"),
        ),
        case(
            "deactivated, newest first",
            one("", "created", &[("active", "no")], "active = 'no'"),
        ),
        case(
            "a part of the address",
            one("", "", &[("email", "999@")], "email_key like '%999@%'"),
        ),
        case(
            "a last name among the deactivated",
            one(
                "Okafor",
                "",
                &[("active", "no")],
                &format!("active = 'no' and {}", holds("okafor")),
            ),
        ),
    ]
}

fn of_events(people: u32, case: impl Fn(&'static str, Vec<(ListQuery, String)>) -> Case) -> Vec<Case> {
    let holds = |text: &str| {
        format!(
            "(actor_key like '%{text}%' or lower(target_name) like '%{text}%' or address like '%{text}%')"
        )
    };
    let some = || (0..20).map(|number| number * (people / 20));
    let one = |search: &str, filters: &[(&str, &str)], condition: &str| {
        vec![(query(search, "", filters), condition.to_owned())]
    };
    let day = seed::day(200);
    let span = format!("at >= {} and at < {}", seed::midnight(200), seed::midnight(201));
    vec![
        case("page 1", one("", &[], "1")),
        case(
            "one address",
            some()
                .map(|n| (query(&seed::email(n), "", &[]), holds(&seed::email(n))))
                .collect(),
        ),
        case("a word of all of them", one("contoso", &[], &holds("contoso"))),
        case("nothing", one("xyzzy", &[], "0")),
        case(
            "a frequent kind",
            one("", &[("kind", "user.signed_in")], "name = 'user.signed_in'"),
        ),
        case(
            "a rare kind",
            one("", &[("kind", "os_idp.registered")], "name = 'os_idp.registered'"),
        ),
        case("a day", one("", &[("from", &day), ("until", &day)], &span)),
        case(
            "a kind of a day",
            one(
                "",
                &[("from", &day), ("until", &day), ("kind", "user.role_added")],
                &format!("name = 'user.role_added' and {span}"),
            ),
        ),
        case(
            "a person",
            (0..20)
                .map(|n| {
                    let email = seed::email(n);
                    (
                        query("", "", &[("who", &email)]),
                        format!("actor_key like '%{email}%'"),
                    )
                })
                .collect(),
        ),
        case(
            "a person and a kind",
            one(
                "",
                &[("who", &seed::email(7)), ("kind", "user.role_added")],
                &format!(
                    "actor_key like '%{}%' and name = 'user.role_added'",
                    seed::email(7)
                ),
            ),
        ),
    ]
}
