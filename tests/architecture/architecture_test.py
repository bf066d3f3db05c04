"""Checks the tree against rules.py, and rules.py against trees that break each rule once."""

import os
import statistics
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
import code_rules  # noqa: E402
import functions  # noqa: E402
import rules  # noqa: E402

ROOT = Path(os.environ.get("NMC_SOURCE_DIR", Path(__file__).resolve().parents[2]))


def tree(files):
    """A temporary project with the given {path: text}."""
    folder = tempfile.TemporaryDirectory()
    for path, text in files.items():
        (Path(folder.name) / path).parent.mkdir(parents=True, exist_ok=True)
        (Path(folder.name) / path).write_text(text)
    return folder


class ThisTree(unittest.TestCase):
    def test_arrows_point_down_and_libraries_stay_behind_their_doors(self):
        self.assertEqual(rules.include_faults(ROOT), [])

    def test_no_circles_of_rooms_or_files(self):
        self.assertEqual(rules.circle_faults(ROOT), [])

    def test_no_forbidden_construction(self):
        self.assertEqual(rules.word_faults(ROOT), [])

    def test_files_are_small(self):
        self.assertEqual(rules.length_faults(ROOT), [])
        counts = rules.line_counts(ROOT).values()
        print(f"{len(counts)} files, median {statistics.median(counts):.0f} lines, max {max(counts)}")

    def test_functions_are_short_and_take_few_parameters(self):
        self.assertEqual(code_rules.function_faults(ROOT), [])

    def test_types_answer_for_themselves(self):
        self.assertEqual(code_rules.cast_faults(ROOT), [])

    def test_a_type_stands_once_in_its_namespace(self):
        self.assertEqual(rules.type_faults(ROOT), [])

    def test_every_page_and_example_is_linked(self):
        self.assertEqual(rules.link_faults(ROOT), [])

    def test_names_of_unnamed_namespaces_stay_in_their_file(self):
        self.assertEqual(rules.batch_faults(ROOT), [])
        self.assertEqual(rules.room_faults(ROOT), [])


class TheRules(unittest.TestCase):
    def faults(self, check, files):
        with tree(files) as root:
            return check(root)

    def test_catch_an_arrow_up_and_an_arrow_sideways(self):
        files = {
            "core/a.cpp": '#include "physics/b.hpp"\n',
            "physics/b.hpp": "#pragma once\n",
            "models/c.cpp": '#include "samplers/d.hpp"\n',
            "samplers/d.hpp": '#pragma once\n#include "drivers/e.hpp"\n',
            "drivers/e.hpp": '#pragma once\n#include "models/f.hpp"\n',
            "models/f.hpp": "#pragma once\n",
        }
        faults = self.faults(rules.include_faults, files)
        self.assertEqual([f.split(":")[0] for f in faults],
                         ["core/a.cpp", "models/c.cpp", "samplers/d.hpp"])

    def test_catch_a_circle_of_rooms(self):
        rooms = {
            "core/a/one.cpp": '#include "core/b/two.hpp"\n',
            "core/a/three.hpp": "#pragma once\n",
            "core/b/two.hpp": "#pragma once\n",
            "core/b/four.cpp": '#include "core/a/three.hpp"\n',
        }
        self.assertEqual(len(self.faults(rules.circle_faults, rooms)), 2)
        self.assertEqual(self.faults(rules.circle_faults, {"core/b/two.hpp": "#pragma once\n"}), [])

    def test_catch_a_circle_of_files_in_one_room(self):
        files = {
            "core/a/one.hpp": "#pragma once\n",
            "core/a/one.cpp": '#include "core/a/one.hpp"\n#include "core/a/two.hpp"\n',
            "core/a/two.hpp": '#pragma once\n#include "core/a/one.hpp"\n',
            "core/a/two-inl.h": '#include "core/a/two.hpp"\n',
        }
        self.assertEqual(len(self.faults(rules.circle_faults, files)), 2)
        apart = files | {"core/a/one.cpp": '#include "core/a/one.hpp"\n',
                         "core/a/both.cpp": '#include "core/a/two.hpp"\n'}
        self.assertEqual(self.faults(rules.circle_faults, apart), [])

    def test_catch_a_library_outside_its_door(self):
        for header in ("mpi.h", "hdf5.h", "H5Fpublic.h", "boost/program_options.hpp",
                       "hwy/highway.h", "Random123/philox.h", "omp.h", "pugixml.hpp",
                       "pybind11/numpy.h", "Eigen/SVD"):
            faults = self.faults(rules.include_faults, {"drivers/a.cpp": f"#include <{header}>\n"})
            self.assertEqual(len(faults), 1, header)
        inside = {"core/parallel/a.cpp": "#include <mpi.h>\n#include <omp.h>\n",
                  "core/archive/b.cpp": "#include <hdf5.h>\n"}
        self.assertEqual(self.faults(rules.include_faults, inside), [])

    def test_catch_an_include_that_is_not_a_path_from_the_root(self):
        files = {"core/a/b.hpp": "#pragma once\n", "core/a/c.cpp": '#include "b.hpp"\n'}
        self.assertEqual(len(self.faults(rules.include_faults, files)), 1)

    def test_catch_forbidden_words_and_a_header_without_pragma(self):
        files = {"core/a.cpp": "std::shared_ptr<int> p;\n", "core/b.hpp": "int f();\n"}
        self.assertEqual(len(self.faults(rules.word_faults, files)), 2)

    def test_catch_two_types_of_one_name(self):
        one = "namespace nmc {\n\nclass Walk final : public Sampler {\n};\n\n}  // namespace nmc\n"
        other = "namespace nmc {\nstruct Walk;\n}  // namespace nmc\n"
        hidden = "namespace nmc {\nnamespace {\nstruct Walk {\n};\n}  // namespace\n}  // namespace nmc\n"
        elsewhere = "namespace nmc::archive {\nenum class Walk {\n};\n}  // namespace nmc::archive\n"
        clean = {"core/a.hpp": one, "core/b.hpp": other, "core/c.cpp": hidden, "core/d.hpp": elsewhere}
        self.assertEqual(self.faults(rules.type_faults, clean), [])
        twice = clean | {"models/e.hpp": one}
        self.assertEqual(self.faults(rules.type_faults, twice),
                         ["nmc::Walk is defined in core/a.hpp and in models/e.hpp"])

    def test_catch_a_page_that_nothing_links_to_and_a_link_into_nothing(self):
        files = {
            "docs/index.md": "[a](a.md) [b](theory/b.md#part) [README](../README.md)\n",
            "docs/a.md": "[web](https://example.org)\n",
            "docs/theory/b.md": "",
            "docs/architecture.md": "[index](index.md)\n",
            "examples/README.md": "[job](job.ini)\n",
            "examples/job.ini": "",
            "README.md": "[docs](docs/index.md)\n",
        }
        self.assertEqual(self.faults(rules.link_faults, files),
                         ["docs/index.md does not name docs/architecture.md"])
        files["docs/index.md"] += "[c](architecture.md)\n"
        self.assertEqual(self.faults(rules.link_faults, files), [])
        worse = files | {"examples/other.ini": "", "README.md": "[docs](docs/none.md)\n"}
        self.assertEqual(len(self.faults(rules.link_faults, worse)), 2)

    def test_catch_names_that_files_compiled_together_take_for_one_another(self):
        def source(body, *includes):
            return ("".join(f'#include "{name}"\n' for name in includes)
                    + f"namespace nmc {{\nnamespace {{\n{body}\n}}  // namespace\n}}  // namespace nmc\n")
        limits = "#pragma once\nnamespace nmc {\ninline constexpr double kLeast = 0.01;\n}  // namespace nmc\n"
        user = '#include "core/a/limits.hpp"\nbool f(double x) { return x > nmc::kLeast; }\n'
        hiding = {"core/a/limits.hpp": limits, "core/a/user.cpp": user,
                  "core/a/other.cpp": source("constexpr double kMost = 1, kLeast = 400;")}
        self.assertEqual(len(self.faults(rules.batch_faults, hiding)), 1)
        apart = {path.replace("a/other", "b/other"): text for path, text in hiding.items()}
        self.assertEqual(self.faults(rules.batch_faults, apart), [])
        twice = {"core/a/one.cpp": source("double sum(double x) {\n}"),
                 "core/a/two.cpp": source("double sum(int x) {\n}")}
        self.assertEqual(len(self.faults(rules.batch_faults, twice)), 1)
        using = {"core/a/one.cpp": source("using Word = int;"), "core/a/two.cpp": source("using Word = int;")}
        self.assertEqual(self.faults(rules.batch_faults, using), [])

    def test_catch_twins_in_two_folders_of_a_room(self):
        def source(line):
            return "namespace nmc {\nnamespace {\n\n" + line + "\n\n}  // namespace\n}  // namespace nmc\n"

        for line, faults in (("constexpr int kMost = 3;", 1), ("double sum(int x) {\n}", 1),
                             ("using Word = int;", 0)):
            files = {"core/a/one.cpp": source(line), "core/b/two.cpp": source(line),
                     "models/a/three.cpp": source(line)}
            self.assertEqual(len(self.faults(rules.room_faults, files)), faults)

    def test_catch_a_file_that_is_too_long(self):
        files = {f"core/{i}.cpp": "int x;\n" for i in range(20)}
        files["core/long.cpp"] = "int x;\n" * 301
        self.assertEqual(len(self.faults(rules.length_faults, files)), 1)

    def test_catch_a_long_function_and_one_of_five_parameters(self):
        body = "  f();\n" * 44
        files = {
            "core/short.cpp": "int f() {\n" + "  f();\n" * 43 + "}\n",
            "core/long.cpp": "namespace nmc {\nclass A {\n public:\n  int f() const {\n" + body +
                             "  }\n};\n}  // namespace nmc\n",
            "core/wide.hpp": "#pragma once\nint f(int a, int b, int c,\n      int d, int e);\n",
            "core/lambda.cpp": "const auto f = [](int a, int b, int c, int d, int e) { return a; };\n",
            "core/simd_kernel.cpp": "int f(int a, int b, int c, int d, int e) {\n  return a;\n}\n",
        }
        faults = self.faults(code_rules.function_faults, files)
        self.assertEqual(faults, [
            "core/lambda.cpp:1: a lambda takes 5 parameters, at most 4",
            "core/long.cpp:4: f has 46 lines, at most 45",
            "core/wide.hpp:2: f takes 5 parameters, at most 4"])

    def test_read_functions_of_every_form(self):
        text = """
// void comment(int a);
#define MACRO(a) int a(int b) { return b; }
namespace nmc {
enum class Kind { one, two };
struct Point {
  int x = 0, y = 0;
  std::function<int(int, int)> map{};
};
template <class T, int n = (3 > 2)>
class Box : public Base<T, n> {
 public:
  explicit Box(const std::map<int, std::vector<T>>& values, int k = size({1, 2}))
      : values_{values}, k_(k) {
    if (k > 0) {
      work();
    }
  }
  Box(Box&&) = default;
  ~Box() override;
  [[nodiscard]] bool operator()(T a, T b) const noexcept { return a < b; }
  operator int() const { return k_; }
  auto size() const -> std::size_t {
    return 0;
  }

 private:
  std::vector<T> values_ = {1, 2};
};
const char* const kText = R"(int f(int a) { )";
const std::array kTable{Point{1, 2}, Point{3, 4}};
Point f(std::array<int, 3> a, std::pair<int, int> b) {
  const auto g = [&](int x, int y) { return x; };
  return {g(1, 2), 3};
}
}  // namespace nmc
"""
        found = [(f.name, f.lines, f.parameters) for f in functions.functions_of(text)]
        self.assertEqual(found, [
            ("Box", 6, 2), ("Box", 0, 1), ("~Box", 0, 0), ("operator()", 1, 2),
            ("operator int", 1, 0), ("size", 3, 0), ("f", 4, 2)])
        self.assertEqual([count for _, count in functions.lambdas_of(text)], [2])

    def test_catch_a_cast_without_a_reason_and_too_many(self):
        cast = "auto* b = dynamic_cast<B*>(a);\n"
        reason = "// Only this type has it.\n"
        few = {"core/a.cpp": cast, "core/b.cpp": reason + cast}
        self.assertEqual(self.faults(code_rules.cast_faults, few),
                         ["core/a.cpp:1: dynamic_cast without a reason beside it"])
        many = {"core/a.cpp": (reason + cast) * 9}
        self.assertEqual(len(self.faults(code_rules.cast_faults, many)), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
