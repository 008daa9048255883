//! How much a browser fetches before the first page is alive, as it goes over the wire. (A sign-in page shows before any of it
//! and works without; this is what the first touch fetches.)

use std::{collections::BTreeMap, fs, path::Path};

use crate::failure::{Doing as _, Failure, Outcome};

/// WebAssembly, JavaScript and CSS of the first route together, brotli.
const BUDGET_BYTES: u64 = 300 * 1000;

/// The page everybody meets first; its lazy chunks count.
const FIRST_PAGE: &str = "login";

/// What the first route takes, and where it comes from.
#[derive(Debug, PartialEq, Eq)]
struct FirstRoute {
    wasm: u64,
    js: u64,
    css: u64,
}

impl FirstRoute {
    fn total(&self) -> u64 {
        self.wasm + self.js + self.css
    }
}

/// Prints the size line; fails above the budget.
pub fn report(pkg: &Path) -> Outcome {
    let FirstRoute { wasm, js, css } = &measure(pkg)?;
    let total = FirstRoute {
        wasm: *wasm,
        js: *js,
        css: *css,
    }
    .total();
    println!(
        "size of the first route, brotli: {total} bytes of {BUDGET_BYTES} (wasm {wasm}, js {js}, css {css})"
    );
    if total > BUDGET_BYTES {
        return Err(Failure::new(format!(
            "the first route takes {total} bytes, {} more than its budget: make a page lazy or drop a dependency of the browser part",
            total - BUDGET_BYTES
        )));
    }
    Ok(())
}

/// Adds up what the browser fetches: the main module, the loader, the style sheet, and the chunks of the first page.
fn measure(pkg: &Path) -> Outcome<FirstRoute> {
    let mut compressed = BTreeMap::new();
    for entry in fs::read_dir(pkg).doing(pkg.display())? {
        let entry = entry.doing(pkg.display())?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(name) = name.strip_suffix(".br") {
            compressed.insert(name.to_owned(), entry.metadata().doing(name)?.len());
        }
    }
    let sum = |start: &str, end: &str| -> Outcome<u64> {
        let found: Vec<u64> = compressed
            .iter()
            .filter(|(name, _)| name.starts_with(start) && name.ends_with(end))
            .map(|(_, size)| *size)
            .collect();
        if found.is_empty() {
            return Err(Failure::new(format!(
                "{}: no compressed {start}*{end}",
                pkg.display()
            )));
        }
        Ok(found.iter().sum())
    };
    let mut wasm = sum("cosmos", ".wasm")?;
    for chunk in first_chunks(pkg)? {
        // The manifest names chunks without their ending.
        let size = compressed
            .get(&chunk)
            .or_else(|| compressed.get(&format!("{chunk}.wasm")));
        wasm +=
            size.ok_or_else(|| Failure::new(format!("{}: no compressed chunk {chunk}", pkg.display())))?;
    }
    let mut js = sum("cosmos", ".js")?;
    if compressed.keys().any(|name| name.starts_with("__wasm_split.")) {
        js += sum("__wasm_split.", ".js")?;
    }
    Ok(FirstRoute {
        wasm,
        js,
        css: sum("cosmos", ".css")?,
    })
}

/// The chunks that the manifest of the split lists for the first page; none when that page is not lazy.
fn first_chunks(pkg: &Path) -> Outcome<Vec<String>> {
    let mut chunks = Vec::new();
    for entry in fs::read_dir(pkg).doing(pkg.display())? {
        let path = entry.doing(pkg.display())?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !(name.starts_with("__wasm_split_manifest") && name.ends_with(".json")) {
            continue;
        }
        let text = fs::read_to_string(&path).doing(path.display())?;
        let manifest: BTreeMap<String, Vec<String>> = serde_json::from_str(&text).doing(path.display())?;
        for (split, files) in manifest {
            if split.replace('_', "").to_lowercase().contains(FIRST_PAGE) {
                chunks.extend(files);
            }
        }
    }
    chunks.sort();
    chunks.dedup();
    Ok(chunks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(files: &[(&str, usize)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, size) in files {
            fs::write(folder.path().join(name), vec![b' '; *size]).unwrap();
        }
        folder
    }

    #[test]
    fn counts_main_loader_and_the_chunks_of_the_first_page_only() {
        let folder = site(&[
            ("cosmos.a.wasm.br", 1000),
            ("cosmos.a.wasm", 9000),
            ("cosmos.a.js.br", 100),
            ("cosmos.a.css.br", 10),
            ("__wasm_split.a.js.br", 5),
            ("split_login.a.wasm.br", 2000),
            ("chunk_1.a.wasm.br", 300),
            ("split_devices.a.wasm.br", 40_000),
        ]);
        fs::write(
            folder.path().join("__wasm_split_manifest.a.json"),
            r#"{"app_pages_Login_Page_view": ["split_login.a", "chunk_1.a"], "app_Devices_view": ["split_devices.a", "chunk_1.a"]}"#,
        )
        .unwrap();
        assert_eq!(
            measure(folder.path()).unwrap(),
            FirstRoute {
                wasm: 3300,
                js: 105,
                css: 10
            }
        );
    }

    #[test]
    fn the_budget_has_two_sides() {
        let within = usize::try_from(BUDGET_BYTES).unwrap() - 2;
        let files = |wasm| {
            site(&[
                ("cosmos.wasm.br", wasm),
                ("cosmos.js.br", 1),
                ("cosmos.css.br", 1),
            ])
        };
        assert!(report(files(within).path()).is_ok());
        assert!(report(files(within + 1).path()).is_err());
    }

    #[test]
    fn a_site_without_compressed_files_is_no_small_site() {
        assert!(measure(site(&[("cosmos.wasm", 1)]).path()).is_err());
    }
}
