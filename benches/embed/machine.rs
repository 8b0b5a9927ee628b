//! What the machine says about itself and about a process. Linux only; elsewhere it is unknown.

/// The processor's name and what of its instruction sets matters here.
pub(crate) fn processor() -> String {
    let told = fs_err::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let value = |key: &str| {
        let line = told.lines().find(|line| line.starts_with(key))?;
        line.split_once(':').map(|(_, value)| value.trim())
    };
    let sets = ["avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16"];
    let flags: Vec<&str> = value("flags").unwrap_or_default().split(' ').collect();
    let sets: Vec<&str> = sets.into_iter().filter(|s| flags.contains(s)).collect();
    format!(
        "{}, {} threads, {}",
        value("model name").unwrap_or("an unknown processor"),
        threads(),
        sets.join(" ")
    )
}

/// Threads that this process may run on.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Processor time that a process has used so far, all its threads together.
pub(crate) fn cpu_seconds(process: u32) -> Option<f64> {
    /// What Linux counts in for user space, on every architecture of today.
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = fs_err::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field is the name in brackets, and may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(11);
    let mut ticks = || times.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS_A_SECOND)
}
