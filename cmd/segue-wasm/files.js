// The files that the engine opens: networks beside the page, each of which is fetched
// when a job first needs it. What Go asks of a file system is answered here as far as
// reading needs it; there are no other files.

/** body is the bytes of a response; report(got, all) tells how far it is, all being 0 if nobody knows. */
async function body(response, report) {
  const all = response.headers.has("content-encoding") ? 0 : Number(response.headers.get("content-length"));
  const parts = [], reader = response.body.getReader();
  let got = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    parts.push(value);
    report(got += value.length, all);
  }
  const bytes = new Uint8Array(got);
  let at = 0;
  for (const p of parts) { bytes.set(p, at); at += p.length; }
  return bytes;
}

/** networks adds the files of the folder weights/ to a file system; fail is told of one that did not come, and the job that asked for it waits. */
function networks(fs, report, fail) {
  const opened = new Map(), error = (code) => Object.assign(new Error(code), { code });
  let last = 2; // the standard streams
  const load = async (path) => {
    const response = await fetch(path, { cache: "no-cache" }); // asks whether the kept one is still right
    if (!response.ok) throw new Error(`status ${response.status}`);
    return body(response, report);
  };
  fs.open = (path, flags, mode, done) => {
    if (!path.startsWith("weights/")) return done(error("ENOENT"));
    load(path).then((bytes) => { opened.set(++last, { bytes, at: 0 }); done(null, last); }, (e) => fail(path, e));
  };
  fs.fstat = (fd, done) => {
    if (!opened.has(fd)) return done(error("EBADF"));
    const none = { dev: 0, ino: 0, mode: 0o100444, nlink: 1, uid: 0, gid: 0, rdev: 0, blksize: 4096, blocks: 0, atimeMs: 0, mtimeMs: 0, ctimeMs: 0 };
    done(null, { ...none, size: opened.get(fd).bytes.length, isDirectory: () => false });
  };
  fs.read = (fd, buffer, offset, length, position, done) => {
    const f = opened.get(fd);
    if (!f) return done(error("EBADF"));
    const part = f.bytes.subarray(f.at, f.at + length);
    buffer.set(part, offset);
    f.at += part.length;
    done(null, part.length);
  };
  fs.close = (fd, done) => done(opened.delete(fd) ? null : error("EBADF"));
}
