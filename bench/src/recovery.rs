//! SEC-20: whether the time of an answer tells who is known. Log-in, "Forgot Password?" and registration, for addresses of users and
//! for others in turn; each answer is checked to be the same for both.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Instant;

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::Full;

use crate::Stage;
use crate::cosmos::Cosmos;
use crate::failure::{Failure, Outcome};
use crate::figures::median;
use crate::http::Connection;
use crate::machine::probe::Probe;
use crate::programs::Core;
use crate::report::{Report, Target};
use crate::sign_in::seed;

/// The medians may lie this far apart, in milliseconds.
const APART: f64 = 5.0;
/// The tries are parted into so many runs, to see how far the difference itself varies.
const RUNS: usize = 10;

/// A form that anybody may send.
struct Form {
    name: &'static str,
    path: &'static str,
    status: StatusCode,
    fields: fn(&str) -> Vec<(&'static str, String)>,
}

const FORMS: [Form; 3] = [
    Form {
        name: "log-in with a wrong password",
        path: "/api/app/api/portal/session/sign_in",
        status: StatusCode::UNPROCESSABLE_ENTITY,
        fields: |email| {
            vec![
                ("draft[user]", email.to_owned()),
                ("draft[password]", "a password of nobody".to_owned()),
                ("draft[next]", String::new()),
            ]
        },
    },
    Form {
        name: "forgotten password",
        path: "/api/app/api/portal/passwords/forgot_password",
        status: StatusCode::OK,
        fields: |email| {
            vec![
                ("draft[user]", email.to_owned()),
                ("draft[email]", email.to_owned()),
            ]
        },
    },
    Form {
        name: "registration",
        path: "/api/app/api/portal/registrations/register",
        status: StatusCode::OK,
        fields: |email| {
            let fields = [
                ("draft[company]", "Contoso"),
                ("draft[address]", "Harbour Road 1"),
                ("draft[city]", "Hamburg"),
                ("draft[post_code]", "20457"),
                ("draft[country]", "DE"),
                ("draft[state]", "Hamburg"),
                ("draft[industry]", "logistics"),
                ("draft[email]", email),
                ("draft[first_name]", "Robin"),
                ("draft[last_name]", "Example"),
                ("draft[phone]", "+49 40 123456"),
                ("draft[language]", "en"),
                ("draft[privacy]", "true"),
            ];
            fields.map(|(name, value)| (name, value.to_owned())).to_vec()
        },
    },
];

pub async fn run(stage: &Stage, report: &mut Report) -> Outcome {
    let tries = stage.number(200, 20);
    let cosmos = Cosmos::new(&stage.target, &stage.place, "trusted_proxies = [\"127.0.0.0/8\"]")?;
    seed::seed(&cosmos, tries).await?;
    let server = cosmos.start(Core::Any).await?;
    let before = Probe::take(&stage.place)?;
    let mut visitors = Visitors::open(server.addresses.portal).await?;
    for form in &FORMS {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for number in 0..tries {
            let stranger = format!("stranger{number}@contoso.example");
            let asked = [(seed::email(number), &mut known), (stranger, &mut unknown)];
            let mut bodies = Vec::new();
            for (email, times) in asked {
                let (took, body) = visitors.send(form, &email).await?;
                times.push(took);
                bodies.push(body);
            }
            if bodies.first() != bodies.last() {
                return Err(Failure::new(format!(
                    "{}: the answers differ: {bodies:?}",
                    form.name
                )));
            }
        }
        tell(report, form.name, &known, &unknown)?;
    }
    report.note(format_args!(
        "{tries} known and {tries} unknown addresses in turn, each from an address of its own; before: {before}; after: {}",
        Probe::take(&stage.place)?
    ));
    server.stop()
}

fn tell(report: &mut Report, name: &str, known: &[f64], unknown: &[f64]) -> Outcome {
    let difference = |known: &[f64], unknown: &[f64]| median(known) - median(unknown);
    let size = (known.len() / RUNS).max(1);
    let runs = known.chunks(size).zip(unknown.chunks(size));
    let runs: Vec<f64> = runs.map(|(known, unknown)| difference(known, unknown)).collect();
    let (least, most) = runs
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), run| {
            (least.min(*run), most.max(*run))
        });
    report.figure(
        format!(
            "{name}: difference of the medians (known {:.2} ms, unknown {:.2} ms; {RUNS} runs: {least:+.2} to {most:+.2} ms)",
            median(known),
            median(unknown)
        ),
        difference(known, unknown).abs(),
        "ms",
        Target::AtMost(APART),
    )
}

/// Those who send forms, each from an address of their own.
struct Visitors {
    connection: Connection,
    next: u32,
}

impl Visitors {
    async fn open(portal: SocketAddr) -> Outcome<Self> {
        Ok(Self {
            connection: Connection::plain(portal, None).await?,
            next: u32::from(Ipv4Addr::new(10, 0, 0, 1)),
        })
    }

    /// Milliseconds, and the answer.
    async fn send(&mut self, form: &Form, email: &str) -> Outcome<(f64, Bytes)> {
        self.next += 1;
        let body: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs((form.fields)(email))
            .finish();
        let request = Request::post(form.path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .header("sec-fetch-site", "same-origin")
            .header("x-forwarded-for", Ipv4Addr::from(self.next).to_string())
            .body(Full::new(Bytes::from(body)))?;
        let start = Instant::now();
        let answer = self.connection.send(request).await?;
        let took = start.elapsed().as_secs_f64() * 1000.0;
        Ok((took, answer.expect(form.status)?))
    }
}
