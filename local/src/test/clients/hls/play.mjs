// Plays an HLS URL with hls.js in headless Chromium. Done when enough seconds have gone by on the
// video's own clock and enough frames were decoded; anything fatal, or no end in time, is an error.
//   node play.mjs CHROMIUM URL SECONDS FRAMES
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [chromium, source, seconds, frames] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const library = process.env.HLS_JS ?? join(here, 'node_modules/hls.js/dist/hls.min.js');
const patienceMs = 90_000;

const pages = {
  '/': ['text/html', await readFile(join(here, 'play.html'))],
  '/hls.js': ['text/javascript', await readFile(library)],
};
let last = {};
let settle;
const end = new Promise((resolve) => (settle = resolve));

const server = createServer(async (request, response) => {
  if (request.method === 'POST') {
    let body = '';
    for await (const part of request) body += part;
    last = JSON.parse(body);
    response.end();
    if (last.fatal) settle(`fatal: ${last.fatal}`);
    if (last.played >= Number(seconds) && last.frames >= Number(frames)) settle('');
    return;
  }
  const page = pages[request.url.split('?')[0]];
  response.writeHead(page ? 200 : 404, { 'Content-Type': page?.[0] ?? 'text/plain' });
  response.end(page?.[1] ?? '');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const profile = await mkdtemp(join(tmpdir(), 'hls-client-'));
const page = `http://127.0.0.1:${server.address().port}/?source=${encodeURIComponent(source)}`;
const browser = spawn(
  chromium,
  ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
    '--autoplay-policy=no-user-gesture-required', `--user-data-dir=${profile}`, page],
  { stdio: 'ignore' },
);
browser.on('exit', (code) => settle(`the browser ended with ${code}`));
const timer = setTimeout(() => settle(`no end after ${patienceMs / 1000} s`), patienceMs);

const failure = await end;
clearTimeout(timer);
browser.removeAllListeners('exit');
const gone = new Promise((resolve) => browser.on('exit', resolve));
if (browser.exitCode === null) {
  browser.kill('SIGKILL');
  await gone;
}
server.closeAllConnections();
server.close();
await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
const { errors = [], ...seen } = last;
console.log(`hls.js: ${JSON.stringify({ ...seen, errors: [...new Set(errors)] })}`);
if (failure) {
  console.error(`hls.js did not play: ${failure}`);
  process.exit(1);
}
