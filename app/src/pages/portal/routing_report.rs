//! What the route doctor found, in words: each step, what to do next, and the error that a device would show.

use domain::route_report::{Finding, Health, RouteReport, RouteStep, RouteTrouble, TargetReport, Verdict};
use leptos::prelude::*;
use ui::{StateMark, Tone};

use crate::texts::{self, DoctorTexts, texts};

/// How a record stands, in words and colour.
#[component]
pub fn HealthMark(health: Health) -> impl IntoView {
    let t = texts::<DoctorTexts>();
    let (tone, text) = match health {
        Health::Unchecked => (Tone::Neutral, t.unchecked),
        Health::Good => (Tone::Good, t.good),
        Health::Warning => (Tone::Warn, t.warning),
        Health::Bad => (Tone::Bad, t.bad),
    };
    view! { <StateMark tone text/> }
}

/// How a record stands, as text.
pub fn health_words(health: Health) -> &'static str {
    let t = texts::<DoctorTexts>();
    match health {
        Health::Unchecked => t.unchecked,
        Health::Good => t.good,
        Health::Warning => t.warning,
        Health::Bad => t.bad,
    }
}

/// A report, address by address.
pub fn report_view(report: RouteReport) -> AnyView {
    let t = texts::<DoctorTexts>();
    let several = report.targets.len() > 1;
    let targets = report
        .targets
        .into_iter()
        .map(|target| target_view(target, several));
    view! {
        <p class="faint">{t.checked} " " {texts::date_time(report.at)}</p>
        {targets.collect_view()}
    }
    .into_any()
}

fn target_view(target: TargetReport, several: bool) -> impl IntoView {
    let health = target.health();
    let head = several.then(|| {
        let place = format!("{}:{}", target.host, target.port);
        view! { <h3 class="wrap">{place} " " <HealthMark health/></h3> }
    });
    view! {
        {head}
        <ul class="plain findings">{target.findings.into_iter().map(finding).collect_view()}</ul>
    }
}

fn finding(finding: Finding) -> impl IntoView {
    let t = texts::<DoctorTexts>();
    let (tone, state, trouble) = match finding.verdict {
        Verdict::Good => (Tone::Good, t.good, None),
        Verdict::Warning(trouble) => (Tone::Warn, t.warning, Some(trouble)),
        Verdict::Bad(trouble) => (Tone::Bad, t.bad, Some(trouble)),
        Verdict::Skipped => (Tone::Neutral, t.skipped, None),
    };
    let code = finding.code.map(|code| {
        view! { <div><b>{t.code} " " {code}</b></div> }
    });
    let next = trouble.map(|trouble| view! { <div>{next_step(trouble)}</div> });
    let detail = (!finding.detail.is_empty())
        .then(|| view! { <div class="faint wrap wrap--long">{finding.detail}</div> });
    view! {
        <li>
            <span>{step(finding.step)}</span>" "<StateMark tone text=state/>
            {next}
            {code}
            {detail}
        </li>
    }
}

fn step(step: RouteStep) -> &'static str {
    let t = texts::<DoctorTexts>();
    match step {
        RouteStep::Address => t.address,
        RouteStep::Tcp => t.tcp,
        RouteStep::Tls => t.tls,
        RouteStep::Chain => t.chain,
        RouteStep::CaCerts => t.cacerts,
        RouteStep::Status => t.status,
        RouteStep::UmsId => t.ums_id,
    }
}

/// What to do about it.
fn next_step(trouble: RouteTrouble) -> &'static str {
    let t = texts::<DoctorTexts>();
    match trouble {
        RouteTrouble::Unusable => t.unusable,
        RouteTrouble::NoAddress => t.no_address,
        RouteTrouble::NotAllowed => t.not_allowed,
        RouteTrouble::NoConnection => t.no_connection,
        RouteTrouble::TooSlow => t.too_slow,
        RouteTrouble::NotTls => t.not_tls,
        RouteTrouble::NoCommonTls => t.no_common_tls,
        RouteTrouble::OldTls => t.old_tls,
        RouteTrouble::WrongName => t.wrong_name,
        RouteTrouble::WrongChain => t.wrong_chain,
        RouteTrouble::EndExpired => t.end_expired,
        RouteTrouble::EndsSoon => t.ends_soon,
        RouteTrouble::NoCaCerts => t.no_cacerts,
        RouteTrouble::CaCertsWithoutRoot => t.cacerts_without_root,
        RouteTrouble::NotReady => t.not_ready,
        RouteTrouble::NotAUms => t.not_a_ums,
        RouteTrouble::NotRegistered => t.not_registered,
    }
}
