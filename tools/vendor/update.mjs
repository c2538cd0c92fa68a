// Copies the front-end libraries named in package.json into static/vendor and writes manifest.json.
//
//   npm ci --ignore-scripts && node tools/vendor/update.mjs
//
// Only needed to change a version or an icon: the results are committed, running and testing need no Node.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const vendor = join(root, "static", "vendor");
const modules = join(root, "node_modules");
const axeFolder = join(root, "tests", "browser", "vendor");

const SUBSETS = ["latin", "latin-ext", "cyrillic", "cyrillic-ext"];
const COPIES = [
  ["@tabler/core/dist/css/tabler.min.css", "tabler/tabler.min.css"],
  ["htmx.org/dist/htmx.min.js", "htmx/htmx.min.js"],
  ["htmx.org/LICENSE", "htmx/LICENSE"],
  ["chart.js/dist/chart.umd.min.js", "chartjs/chart.umd.min.js"],
  ["chart.js/LICENSE.md", "chartjs/LICENSE.md"],
  ["tom-select/dist/js/tom-select.popular.min.js", "tom-select/tom-select.popular.min.js"],
  ["tom-select/dist/css/tom-select.bootstrap5.min.css", "tom-select/tom-select.bootstrap5.min.css"],
  ["tom-select/LICENSE", "tom-select/LICENSE"],
  ["@fontsource-variable/inter/LICENSE", "inter/LICENSE"],
  ["@tabler/icons/LICENSE", "icons/LICENSE"],
  ...SUBSETS.map((name) => [
    `@fontsource-variable/inter/files/inter-${name}-wght-normal.woff2`,
    `inter/inter-${name}.woff2`,
  ]),
];
const KEPT = new Set(["tabler"]); // its package brings no licence file: ours is kept by hand
const SOURCE_MAP = /\n?(\/\/[#@] sourceMappingURL=.*|\/\*# sourceMappingURL=.*?\*\/)\s*$/;

function copy(source, target) {
  mkdirSync(dirname(target), { recursive: true });
  if (/\.(js|css)$/.test(source)) {
    // The manifest storage refuses a file that names a source map which is not there.
    writeFileSync(target, readFileSync(source, "utf8").replace(SOURCE_MAP, "\n"));
  } else {
    copyFileSync(source, target);
  }
}

function symbol(name) {
  const svg = readFileSync(join(modules, "@tabler/icons/icons/outline", `${name}.svg`), "utf8");
  const inner = svg.match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" ` +
    `stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`;
}

function writeSprite() {
  const names = readFileSync(join(here, "icons.txt"), "utf8").split(/\s+/).filter(Boolean).sort();
  const symbols = [...new Set(names)].map(symbol).join("\n");
  mkdirSync(join(vendor, "icons"), { recursive: true });
  writeFileSync(join(vendor, "icons", "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols}\n</svg>\n`);
}

function filesUnder(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });
}

function version(name) {
  return JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version;
}

function writeManifest() {
  const names = Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies);
  const files = filesUnder(vendor).map((path) => relative(vendor, path)).filter((path) => path.includes("/")).sort();
  const hash = (path) => createHash("sha256").update(readFileSync(join(vendor, path))).digest("hex");
  const manifest = {
    packages: Object.fromEntries(names.sort().map((name) => [name, version(name)])),
    files: Object.fromEntries(files.map((path) => [path, hash(path)])),
  };
  writeFileSync(join(vendor, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
}

for (const name of readdirSync(vendor)) {
  if (!KEPT.has(name)) rmSync(join(vendor, name), { recursive: true });
}
for (const [source, target] of COPIES) copy(join(modules, source), join(vendor, target));
copy(join(modules, "axe-core/axe.min.js"), join(axeFolder, "axe.min.js"));
copy(join(modules, "axe-core/LICENSE"), join(axeFolder, "axe.LICENSE"));
writeSprite();
writeManifest();
console.log(`static/vendor: ${filesUnder(vendor).length} files`);
