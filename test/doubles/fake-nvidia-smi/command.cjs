// Stands in for nvidia-smi; a copy of it lies in a folder of its own. Plays the next step of plan.json and logs each call.
const fs = require('node:fs');

const args = process.argv.slice(2);
const file = (name) => `${__dirname}/${name}`;
const plan = JSON.parse(fs.readFileSync(file('plan.json'), 'utf8'));
const started = { event: 'start', pid: process.pid, at: Date.now(), args, others: othersAlive() };

log(started);
process.on('exit', () => log({ event: 'end', pid: process.pid, at: Date.now() }));
process.on('SIGTERM', () => step.play === 'hang-hard' || process.exit(143));

const isList = args[0] === '-L';
const step = isList ? plan.list : plan.steps[Math.min(position(), plan.steps.length - 1)];
const good = fs.readFileSync(file(isList ? 'list.txt' : 'document.xml'), 'utf8');
play(step);

function play({ play, number }) {
  switch (play) {
    case 'ok':
      return answer(good);
    case 'slow':
      return setTimeout(() => answer(good), number);
    case 'hang':
    case 'hang-hard':
      return stay();
    case 'stderr':
      process.stderr.write('WARNING: infoROM is corrupted at gpu 0000:00:00.0\n');
      return answer(good);
    case 'exit':
      process.exitCode = number;
      return answer(number === 14 ? good : (plan.words[number] ?? ''));
    case 'cut':
      return answer(good.slice(0, good.indexOf('</gpu_util>') + 5));
    case 'empty':
      return undefined;
    case 'text':
      return answer('Segmentation fault handler: printing what is left\n');
    case 'big':
      return answer(good.replace('</gpu>', `${filler(1_200_000 - good.length)}</gpu>`));
    case 'zero':
      return answer(good.replaceAll(/<gpu id[\s\S]*?<\/gpu>\s*/g, ''));
    case 'vanish':
      return answer(good.replace(/<gpu id(?![\s\S]*<gpu id)[\s\S]*?<\/gpu>\s*/, ''));
    case 'grandchild':
      leaveGrandchild();
      return answer(good);
  }
}

function answer(text) {
  process.stdout.write(text);
}

/** How many queries were started since the plan was made, before this one. */
function position() {
  const queries = logged().filter(({ event, args }) => event === 'start' && args[0] !== '-L');
  return queries.findIndex(({ pid, at }) => pid === started.pid && at === started.at) - plan.from;
}

function log(entry) {
  // The folder may be gone: then so is whoever wanted to know.
  if (fs.existsSync(file('plan.json'))) fs.appendFileSync(file('calls.log'), `${JSON.stringify(entry)}\n`);
}

function logged() {
  if (!fs.existsSync(file('calls.log'))) return [];
  return fs.readFileSync(file('calls.log'), 'utf8').trim().split('\n').filter(Boolean).map(JSON.parse.bind(JSON));
}

function othersAlive() {
  const entries = logged();
  const ended = new Set(entries.filter(({ event }) => event === 'end').map(({ pid }) => pid));
  return entries.filter(({ event, pid }) => event === 'start' && !ended.has(pid) && isAlive(pid)).length;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    // Killed and not yet waited for counts as dead, where that can be seen.
    if (fs.existsSync('/proc/self')) return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
    return true;
  } catch {
    return false;
  }
}

/** Until the test has removed the folder, and at most ten minutes. */
function stay() {
  const until = Date.now() + 600_000;
  setInterval(() => {
    if (Date.now() > until || !fs.existsSync(file('plan.json'))) process.exit(1);
  }, 50);
}

function leaveGrandchild() {
  const { spawn } = require('node:child_process');
  const plan = JSON.stringify(file('plan.json'));
  const wait = `setInterval(() => { if (!require('node:fs').existsSync(${plan})) process.exit(); }, 50)`;
  spawn(process.execPath, ['-e', wait], { stdio: ['ignore', 'inherit', 'inherit'] }).unref();
}

function filler(bytes) {
  const clock = '<supported_mem_clock><value>405 MHz</value></supported_mem_clock>\n';
  return `<supported_clocks>${clock.repeat(Math.ceil(bytes / clock.length))}</supported_clocks>`;
}
