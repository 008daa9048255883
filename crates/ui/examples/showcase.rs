//! Writes a page as plain HTML to standard output: `showcase [frame|gate|bare] [light|dark] <stylesheet>`. For looking at a change
//! of the kit or its styles without the application.
#![expect(clippy::print_stdout, reason = "its output is the page")]

use leptos::prelude::*;
use ui::{
    Button, ButtonKind, Glyph, Icon, Mark, PasswordField, PhoneNav, SkipLink, TextField, provide_toasts,
    showcase::Showcase,
};

fn main() {
    let mut words = std::env::args().skip(1);
    let page = words.next().unwrap_or_else(|| "frame".into());
    let theme = words.next().unwrap_or_else(|| "light".into());
    let style = words.next().unwrap_or_else(|| "main.css".into());
    let body = Owner::new().with(|| {
        provide_toasts();
        match page.as_str() {
            "gate" => view! { <Gate/> }.to_html(),
            "bare" => view! { <main class="main" id="main"><Showcase/></main> }.to_html(),
            _ => view! { <Frame/> }.to_html(),
        }
    });
    println!(
        "<!doctype html><html lang=\"en\" data-theme=\"{theme}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>Showcase</title><link rel=\"stylesheet\" href=\"{style}\"></head>\
         <body>{body}</body></html>"
    );
}

#[component]
fn Frame() -> impl IntoView {
    view! {
        <SkipLink label="Skip to content"/>
        <div class="frame">
            <a class="brand" href="#home">
                <Mark/>
                "COSMOS"
            </a>
            <header class="topbar">
                <PhoneNav>
                    <Navigation/>
                </PhoneNav>
                <a class="jump" href="#search">
                    <Icon glyph=Glyph::Search/>
                    "Jump to a page, device or e-mail"
                    <kbd>"Ctrl K"</kbd>
                </a>
                <span class="spacer"></span>
                <a class="person" href="#account">
                    <span>
                        <b>"Example User"</b>
                        <span class="faint">" Contoso · Super Admin"</span>
                    </span>
                    <span class="disc" aria-hidden="true">
                        "EU"
                    </span>
                </a>
            </header>
            <Navigation/>
            <main class="main" id="main" tabindex="-1">
                <Showcase/>
            </main>
        </div>
    }
}

#[component]
fn Navigation() -> impl IntoView {
    let item = |glyph, label: &'static str, count: &'static str, current: bool| {
        view! {
            <a class="item" href="#item" aria-current=current.then_some("page")>
                <Icon glyph/>
                {label}
                {(!count.is_empty()).then(|| view! { <span class="count num">{count}</span> })}
            </a>
        }
    };
    view! {
        <nav class="nav" aria-label="Main">
            <div class="system">
                <a href="#portal" aria-current="true">
                    "Portal"
                </a>
                <a href="#ums">"UMS"</a>
            </div>
            {item(Glyph::Home, "Home", "", false)}
            <div class="group">"Configure Services"</div>
            {item(Glyph::Route, "IGEL OS Onboarding", "2", true)}
            {item(Glyph::Server, "UMS Registration", "1", false)}
            <div class="group">"Users"</div>
            {item(Glyph::Users, "Overview", "25", false)}
            {item(Glyph::Key, "IGEL OS IdP", "1", false)}
            <div class="group">"Support"</div>
            {item(Glyph::Support, "Cases", "3", false)}
        </nav>
    }
}

#[component]
fn Gate() -> impl IntoView {
    view! {
        <div class="gate">
            <header class="sky">
                <div class="sky__brand">
                    <Mark/>
                    "COSMOS"
                </div>
                <div>
                    <p class="sky__lead">"A device, an e-mail, and work can start."</p>
                    <p class="sky__text">"Customer Portal for onboarding, users and services."</p>
                </div>
                <span class="sky__foot">"English · Deutsch"</span>
            </header>
            <main id="main">
                <div>
                    <h1>"Login"</h1>
                    <p>"Use your company e-mail."</p>
                </div>
                <form>
                    <TextField id="e" name="email" label="E-mail" kind="email" autocomplete="username"/>
                    <PasswordField id="p" name="password" label="Password"/>
                    <Button kind=ButtonKind::Primary submit=true>
                        "Log In"
                    </Button>
                    <div class="gate__links">
                        <a href="#forgot">"Forgot Password?"</a>
                        <a href="#register">"Register"</a>
                    </div>
                </form>
            </main>
        </div>
    }
}
