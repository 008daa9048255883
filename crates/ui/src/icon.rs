use leptos::prelude::*;

/// The drawings of the kit: 24 by 24, one path each, drawn with a line of 1.8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Activity,
    App,
    ArrowDown,
    ArrowUp,
    Bell,
    Certificate,
    Check,
    ChevronDown,
    ChevronRight,
    Clock,
    Columns,
    Copy,
    Cross,
    Device,
    Download,
    Edit,
    External,
    Eye,
    Filter,
    Folder,
    Globe,
    Help,
    Home,
    Info,
    Job,
    Key,
    Lock,
    Log,
    Mail,
    Menu,
    More,
    Plus,
    Power,
    Refresh,
    Route,
    Search,
    Server,
    Settings,
    Shield,
    SignOut,
    Support,
    Theme,
    Trash,
    Upload,
    User,
    Users,
    View,
    Warn,
}

impl Glyph {
    /// Every drawing with its name, for the showcase.
    pub const ALL: &[Self] = &[
        Self::Activity,
        Self::App,
        Self::ArrowDown,
        Self::ArrowUp,
        Self::Bell,
        Self::Certificate,
        Self::Check,
        Self::ChevronDown,
        Self::ChevronRight,
        Self::Clock,
        Self::Columns,
        Self::Copy,
        Self::Cross,
        Self::Device,
        Self::Download,
        Self::Edit,
        Self::External,
        Self::Eye,
        Self::Filter,
        Self::Folder,
        Self::Globe,
        Self::Help,
        Self::Home,
        Self::Info,
        Self::Job,
        Self::Key,
        Self::Lock,
        Self::Log,
        Self::Mail,
        Self::Menu,
        Self::More,
        Self::Plus,
        Self::Power,
        Self::Refresh,
        Self::Route,
        Self::Search,
        Self::Server,
        Self::Settings,
        Self::Shield,
        Self::SignOut,
        Self::Support,
        Self::Theme,
        Self::Trash,
        Self::Upload,
        Self::User,
        Self::Users,
        Self::View,
        Self::Warn,
    ];

    const fn path(self) -> &'static str {
        match self {
            Self::Activity => "M3 12h4l3-7 4 14 3-7h4",
            Self::App => "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM16.5 13v7M13 16.5h7",
            Self::ArrowDown => "M12 5v14M6.5 13.5 12 19l5.5-5.5",
            Self::ArrowUp => "M12 19V5M6.5 10.5 12 5l5.5 5.5",
            Self::Bell => "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4",
            Self::Certificate => "M4 4h16v11H4zM8 8h8M8 11h4M14 12v8l2-1.5 2 1.5v-8",
            Self::Check => "M5 12.5 10 17.5 19 7",
            Self::ChevronDown => "M7 10l5 5 5-5",
            Self::ChevronRight => "M10 7l5 5-5 5",
            Self::Clock => "M12 3.5a8.5 8.5 0 1 0 .01 0M12 7.5V12l3 2",
            Self::Columns => "M4 5h16v14H4zM9.5 5v14M14.5 5v14",
            Self::Copy => "M9 9h11v11H9zM15 9V4H4v11h5",
            Self::Cross => "M6.5 6.5l11 11M17.5 6.5l-11 11",
            Self::Device => "M3.5 5h17v11h-17zM9 20h6M12 16v4",
            Self::Download => "M12 4v11M7 10.5l5 5 5-5M4 20h16",
            Self::Edit => "M4 20l1-4.5L16 4.500l3.5 3.500L8.5 19zM13.5 7l3.5 3.5",
            Self::External => "M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9",
            Self::Eye => {
                "M2.5 12C5 7.5 8.5 5.5 12 5.500s7 2 9.5 6.500c-2.5 4.5-6 6.5-9.5 6.500S5 16.5 2.5 12zM12 9.300a2.7 2.7 0 1 0 .01 0"
            }
            Self::Filter => "M4 6h16M7 12h10M10 18h4",
            Self::Folder => "M3.5 6h6l2 2.500h9V19h-17z",
            Self::Globe => {
                "M12 3.500a8.5 8.5 0 1 0 .01 0M3.5 12h17M12 3.500c-5 5-5 12 0 17M12 3.500c5 5 5 12 0 17"
            }
            Self::Help => {
                "M12 3.500a8.5 8.5 0 1 0 .01 0M9.5 9.500c0-3.3 5-3.3 5 0 0 2-2.5 2-2.5 4M12 16.800v.2"
            }
            Self::Home => "M4 11l8-7 8 7M6 9.500V20h12V9.500M10 20v-6h4v6",
            Self::Info => "M12 3.500a8.5 8.5 0 1 0 .01 0M12 11v5.500M12 7.500v.2",
            Self::Job => "M4 6h10M4 12h7M4 18h5M14 13l6 3.5-6 3.500z",
            Self::Key => "M8 11.500a4 4 0 1 0 .01 0M11 12.7 19.5 4.500M15.5 8.500l3 3M18 6l2 2",
            Self::Lock => "M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3",
            Self::Log => "M5 4h14v16H5zM8.5 8.500h7M8.5 12h7M8.5 15.500h4",
            Self::Mail => "M3.5 5.500h17v13h-17zM3.5 7l8.5 6.500L20.5 7",
            Self::Menu => "M4 7h16M4 12h16M4 17h16",
            Self::More => "M5.5 12h.01M12 12h.01M18.5 12h.01",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Power => "M12 3.500V12M7 6.500a7.5 7.5 0 1 0 10 0",
            Self::Refresh => "M20 5v5h-5M19.5 10a8 8 0 1 0 .3 4.5",
            Self::Route => {
                "M6 16.500a2.2 2.2 0 1 0 .01 0M18 3.500a2.2 2.2 0 1 0 .01 0M8.5 18.500H15a3 3 0 0 0 0-6.500H9a3 3 0 0 1 0-6.200h6.5"
            }
            Self::Search => "M10.5 4a6.5 6.5 0 1 0 .01 0M15.5 15.5 20 20",
            Self::Server => {
                "M4 4.500h16v6H4zM4 13.500h16v6H4zM7.5 7.500h.01M7.5 16.500h.01M12 7.500h5M12 16.500h5"
            }
            Self::Settings => "M4 7h9M17 7h3M15 4.500v5M4 17h3M11 17h9M9 14.500v5",
            Self::Shield => {
                "M12 3.500l7.5 2.500v6c0 4.5-3.5 7-7.5 8.5-4-1.5-7.5-4-7.5-8.500V6zM8.5 12l2.5 2.5 4.5-5"
            }
            Self::SignOut => "M10 4.500H5v15h5M14 8l4.5 4-4.5 4M9.5 12h9",
            Self::Support => "M4 5h16v11h-8l-4.5 4v-4H4zM8.5 9h7M8.5 12.200h4",
            Self::Theme => {
                "M12 3.500a8.5 8.5 0 1 0 .01 0M12 3.500v17M12 8.500h4.500M12 12h5.500M12 15.500h4.5"
            }
            Self::Trash => "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10.5 11v5.500M13.5 11v5.5",
            Self::Upload => "M12 15.500V4.500M7 9.500l5-5 5 5M4 20h16",
            Self::User => "M12 4a4 4 0 1 0 .01 0M4.5 20.500c.5-4.5 3.5-6.5 7.5-6.500s7 2 7.5 6.5",
            Self::Users => {
                "M9 5a3.5 3.5 0 1 0 .01 0M2.5 19.500c.5-4 3-5.5 6.5-5.500s6 1.5 6.5 5.500M16 5.300a3.5 3.5 0 0 1 0 6.500M18 14.500c2 .7 3.2 2.3 3.5 5"
            }
            Self::View => "M4 5h16v14H4zM4 9.500h16M8 13h8M8 16h5",
            Self::Warn => "M12 4 21 20H3zM12 10v5M12 17.300v.2",
        }
    }
}

/// A drawing beside a word. It says nothing by itself and is hidden from screen readers.
#[component]
pub fn Icon(glyph: Glyph) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=glyph.path()></path>
        </svg>
    }
}
