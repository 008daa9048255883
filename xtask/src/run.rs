//! Running other programs: shown, waited for, and an end that says which one failed.

use std::{ffi::OsStr, process::Command};

use crate::failure::{Doing as _, Failure, Outcome};

/// Shows the command, runs it with our terminal, and fails when it does.
pub fn run(command: &mut Command) -> Outcome {
    let shown = shown(command);
    eprintln!("  $ {shown}");
    let status = command.status().doing(format_args!("cannot start `{shown}`"))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("`{shown}` failed ({status})")))
    }
}

/// Runs it and returns its standard output without the final line end; its errors go to our terminal.
pub fn output(command: &mut Command) -> Outcome<String> {
    let shown = shown(command);
    let output = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .doing(format_args!("cannot start `{shown}`"))?;
    if !output.status.success() {
        return Err(Failure::new(format!("`{shown}` failed ({})", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

/// The command as one would type it, with the program's name instead of its whole path.
pub fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    let words: Vec<_> = std::iter::once(program)
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect();
    words.join(" ")
}
