"use strict";
// Shows each answer as it comes, and plays the clips of all cameras by one clock.

const $ = id => document.getElementById(id);
const words = {
  list: ["Every file is the one in the list", "每个文件与清单一致"],
  ledger: ["The list and every entry stand below a signed head", "清单与各条记录均在签名检查点之下"],
  footage: ["Clips are what was recorded; nothing between them was left out", "录像片段与记录一致，中间没有遗漏"],
  documents: ["Calibration, lanes, schedule, register, findings and scores", "标定、覆盖轨迹、考试安排、销毁登记、抽查结论与评分"],
  draw: ["The draw, repeated here", "在本页重新进行的抽查"],
};

/** A text of the pack as it may be shown: no character that is not seen changes how others are. */
const plain = text => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");

function line(element, text, zh, name) {
  element.textContent = plain(text) + " ";
  element.className = name;
  const other = document.createElement("span");
  other.lang = "zh";
  other.textContent = zh;
  element.append(other);
}

async function verify(files) {
  for (const id of ["steps", "findings", "about", "wall"]) $(id).replaceChildren();
  $("player").hidden = $("about").hidden = true;
  line($("verdict"), "Verifying…", "正在验证…", "");
  const shown = new Map();
  const audit = new PackAudit(files, { key: $("key").value.trim(), head: $("head").value.trim() }, (name, ok) => {
    if (!shown.has(name)) $("steps").append(shown.set(name, document.createElement("li")).get(name));
    line(shown.get(name), words[name][0], words[name][1], ok === null ? "wait" : ok ? "yes" : "no");
  });
  await audit.run();
  for (const { kind, subject } of audit.findings) {
    const item = document.createElement("li"), code = document.createElement("code");
    code.textContent = kind;
    item.append(code, ` ${plain(subject)}`);
    item.dataset.kind = kind;
    $("findings").append(item);
  }
  if (audit.findings.length === 0) line($("verdict"), "All that can be proved holds.", "凡可证明的均成立。", "yes");
  else line($("verdict"), `${audit.findings.length} things do not hold.`, `有 ${audit.findings.length} 项不成立。`, "no");
  $("verdict").dataset.done = "true";
  if (audit.facts) tellAbout(audit);
  if (audit.facts?.clips.length) new Wall(audit, files);
}

function tellAbout(audit) {
  const { facts, head, key } = audit, about = $("about"), say = (en, zh) => line(about.appendChild(document.createElement("p")), en, zh,
      "");
  say(`Pack ${facts.id} of ${facts.origin}, made ${facts.madeAt} by ${facts.madeBy}: ${facts.reason}`, `证据包 ${facts.id}`);
  say(`${audit.proved} clips are bit for bit what was recorded; ${facts.gaps.length} gaps are listed.`, `${audit.proved} 个片段与记录逐位一致；列出 ${facts.gaps.length} 处中断。`);
  say(
    audit.confirmed ? `Up to entry ${audit.confirmed.size - 1} nobody could have forged this since the head from outside was made.`
      : $("key").value.trim() ? `Whoever holds the agent's key ${key?.id} could have forged this: no head from outside was given.`
        : `Anybody could have forged this: the key ${key?.id} came with the pack. Give the key that you got on another way.`,
    audit.confirmed ? "自外部检查点产生之时起，无人能够伪造此前的内容。" : $("key").value.trim() ? "持有代理密钥的人可能伪造：未提供外部检查点。" : "任何人都可能伪造：公钥来自证据包本身。请填入通过其他途径获得的公钥。");
  say(`Not proved: that the cameras saw the truth, and that the clock was right.${head ? ` Head: ${head.size} entries, ${head.time}.` : ""}`, "未证明：摄像机所见属实、时钟正确。");
  for (const { where, from, to } of audit.uncovered.slice(0, 3))
    say(`Not proved: what ${where} saw from ${from} to ${to}. No entry of the ledger speaks of it.`, `未证明：${where} 在此期间的画面，账本中没有记录。`);
  about.hidden = false;
}

/** All cameras by one clock: the time of the wall, in seconds of UTC. */
class Wall {
  constructor(audit, files) {
    const clips = audit.facts.clips.map(c => ({ ...c, from: Date.parse(c.start) / 1000, to: Date.parse(c.end) / 1000 }));
    this.files = files;
    this.gaps = audit.facts.gaps;
    this.from = Math.min(...clips.map(c => c.from));
    this.to = Math.max(...clips.map(c => c.to));
    this.at = this.from;
    this.running = false;
    this.cells = [...new Set(clips.map(c => `${c.room}/${c.camera}`))].map(name => this.cell(name, clips.filter(c => `${c.room}/${c.camera}` === name)));
    $("scrub").oninput = () => this.seek(this.from + (this.to - this.from) * $("scrub").value / 1000);
    $("play").onclick = () => this.toggle();
    $("back").onclick = () => this.seek(this.at - 0.04);
    $("on").onclick = () => this.seek(this.at + 0.04);
    $("player").hidden = false;
    window.wall = this;
    this.seek(this.from);
  }

  cell(name, clips) {
    const figure = document.createElement("figure"), video = document.createElement("video"),
        caption = document.createElement("figcaption"), why = document.createElement("p");
    video.muted = true;
    video.preload = "auto";
    caption.textContent = plain(name);
    figure.append(video, caption, why);
    $("wall").append(figure);
    return { name, clips, video, why, clip: null };
  }

  toggle() {
    this.running = !this.running;
    if (this.running) {
      this.before = performance.now();
      requestAnimationFrame(t => this.tick(t));
    } else this.show();
  }

  tick(now) {
    if (!this.running) return;
    this.at = Math.min(this.to, this.at + Math.max(0, now - this.before) / 1000 * $("rate").value);
    this.before = now;
    if (this.at >= this.to) this.running = false;
    this.show();
    if (this.running) requestAnimationFrame(t => this.tick(t));
  }

  seek(at) {
    this.at = Math.min(this.to, Math.max(this.from, at));
    this.show();
  }

  show() {
    $("scrub").value = 1000 * (this.at - this.from) / Math.max(0.001, this.to - this.from);
    $("time").textContent = new Date(this.at * 1000).toISOString();
    for (const cell of this.cells) this.place(cell);
  }

  place(cell) {
    const clip = cell.clips.find(c => this.at >= c.from && this.at < c.to) || null, gap = clip ? null : this.gaps.find(g => `${g.room}/${g.camera}` === cell.name && Date.parse(g.start) / 1000 <= this.at && Date.parse(g.end) / 1000 > this.at);
    cell.why.textContent = clip ? "" : `No footage · 无录像${gap ? `: ${plain(gap.cause)}` : ""}`;
    cell.video.style.visibility = clip ? "visible" : "hidden";
    if (clip !== cell.clip) {
      if (cell.url) URL.revokeObjectURL(cell.url);
      cell.clip = clip;
      cell.url = clip ? URL.createObjectURL(new Blob([this.files.get(clip.path)], { type: "video/mp4" })) : null;
      if (clip) cell.video.src = cell.url;
      else cell.video.removeAttribute("src");
    }
    if (!clip) return;
    const wanted = this.at - clip.from, rate = Number($("rate").value), drift = cell.video.currentTime - wanted;
    cell.video.playbackRate = rate;
    // More than a frame away the picture is set; below that it runs on by itself.
    if (Math.abs(drift) > (this.running ? 0.04 * Math.max(1, rate) : 0.001) && !cell.video.seeking) cell.video.currentTime = wanted;
    if (this.running && cell.video.paused) cell.video.play().catch(() => {});
    if (!this.running && !cell.video.paused) cell.video.pause();
  }
}

async function handOver(open) {
  $("verdict").dataset.done = "";
  try {
    await verify(await open());
  } catch (e) {
    for (const id of ["steps", "findings"]) $(id).replaceChildren();
    const item = $("findings").appendChild(document.createElement("li"));
    item.dataset.kind = "container-hostile";
    item.textContent = `container-hostile ${e.message}`;
    line($("verdict"), "This is no pack that can be read without danger.", "这不是可以安全读取的证据包。", "no");
    $("verdict").dataset.done = "true";
  }
}

$("archive").onchange = e => e.target.files[0] && handOver(() => openArchive(e.target.files[0]));
$("folder").onchange = e => e.target.files.length && handOver(async () => openFolder(e.target.files));
