#include "drivers/page/style.hpp"

#include "drivers/figures/look.hpp"

namespace nmc::drivers::page {
namespace {

constexpr const char* kLight = "--paper:#ffffff;--soft:#f5f5f2;--good:#00664b;--bad:#a33c00;";
constexpr const char* kDark = "--paper:#161616;--soft:#222222;--good:#2fd6a3;--bad:#ff8c42;";

constexpr const char* kRules = R"(
*{box-sizing:border-box}
html{font:16px/1.5 "Helvetica Neue",Arial,"DejaVu Sans",sans-serif;background:var(--paper);color:var(--ink)}
body{max-width:68rem;margin:0 auto;padding:1rem 1rem 4rem}
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--grid);padding-bottom:.2rem;overflow-wrap:anywhere}
h3{font-size:1rem;margin:1.4rem 0 .4rem}
header p{margin:.2rem 0;color:var(--rule);overflow-wrap:anywhere}
p,li{max-width:46rem;overflow-wrap:anywhere}
a{color:inherit}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1rem;list-style:none;padding:0;margin:.8rem 0;font-size:.9rem}
.verdict{background:var(--soft);border-left:.35rem solid var(--good);padding:.2rem 1rem .6rem;margin-top:1rem}
.verdict h2{border:0;margin:.5rem 0}
.warned{border-left-style:dashed;border-left-color:var(--s4)}
.refused{border-left-style:double;border-left-width:.6rem;border-left-color:var(--bad)}
.verdict ul{padding-left:1.1rem;margin:.4rem 0}
.wide{overflow-x:auto;margin:.8rem 0}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--rule);padding-bottom:.3rem}
th,td{padding:.25rem .7rem .25rem 0;text-align:right;white-space:nowrap;border-bottom:1px solid var(--grid);vertical-align:top}
th:first-child{text-align:left}
thead th{border-bottom:2px solid var(--rule)}
.words td{text-align:left;white-space:normal;overflow-wrap:anywhere}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,22rem),1fr));gap:1rem 1.6rem;margin:.8rem 0}
.small .figures{grid-template-columns:repeat(auto-fill,minmax(min(100%,18rem),1fr))}
figure{margin:0;min-width:0}
svg.figure{display:block;width:100%;height:auto}
figcaption{font-size:.85rem;color:var(--rule);margin:.3rem 0;overflow-wrap:anywhere}
details.numbers{font-size:.8rem}
summary{cursor:pointer;color:var(--rule)}
pre{overflow:auto;max-height:24rem;background:var(--soft);padding:.6rem;margin:.4rem 0;tab-size:14;-moz-tab-size:14}
button{font:inherit;margin:.4rem .6rem 0 0}
@media (max-width:30rem){html{font-size:15px}body{padding:.5rem .6rem 3rem}}
@media print{@page{margin:14mm}html{font-size:10.5pt}body{max-width:none;padding:0}nav,details.numbers{display:none}
.figures{grid-template-columns:1fr 1fr}figure,tr,.verdict{break-inside:avoid}h2,h3{break-after:avoid}
.wide{overflow:visible}table{font-size:8pt}th,td{padding-right:.4rem}}
)";

// Without the clipboard of newer browsers the numbers are marked, to be copied by hand.
constexpr const char* kScript = R"(
document.querySelectorAll("details.numbers").forEach(function (details) {
  var pre = details.querySelector("pre"), button = document.createElement("button");
  button.type = "button";
  button.textContent = "copy";
  button.addEventListener("click", function () {
    var range = document.createRange(), selection = window.getSelection();
    range.selectNodeContents(pre);
    selection.removeAllRanges();
    selection.addRange(range);
    var say = function () { button.textContent = "copied"; };
    if (navigator.clipboard) { navigator.clipboard.writeText(pre.textContent).then(say, function () {}); }
    else if (document.execCommand("copy")) { say(); }
  });
  pre.parentNode.insertBefore(button, pre);
});
)";

}  // namespace

std::string page_css() {
  const std::string light = ":root{" + figures::light_variables() + kLight + "}";
  const std::string dark = ":root{" + figures::dark_variables() + kDark + "}";
  return light + "@media screen and (prefers-color-scheme:dark){" + dark + "}" + kRules;
}

std::string page_script() {
  return kScript;
}

}  // namespace nmc::drivers::page
