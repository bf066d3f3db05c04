#include "core/archive/graphs/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <string_view>

#include "core/errors.hpp"

namespace nmc::archive {
namespace {

using std::string_view_literals::operator""sv;

struct Signature {
  std::string_view bytes;
  const char* message;
};

/// First bytes of what is no UTF-8 text. UTF-32 stands before UTF-16, which it begins with.
constexpr std::array signatures{
    Signature{"\xFF\xFE\0\0"sv,
              "is text in UTF-32; convert it: iconv -f UTF-32 -t UTF-8 FILE > NEW"},
    Signature{"\0\0\xFE\xFF"sv,
              "is text in UTF-32; convert it: iconv -f UTF-32 -t UTF-8 FILE > NEW"},
    Signature{"\xFF\xFE"sv, "is text in UTF-16; convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW"},
    Signature{"\xFE\xFF"sv, "is text in UTF-16; convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW"},
    Signature{"\x1F\x8B"sv, "is compressed (gzip); unpack it with gunzip"},
    Signature{"BZh"sv, "is compressed (bzip2); unpack it with bunzip2"},
    Signature{"\xFD\x37zXZ"sv, "is compressed (xz); unpack it with unxz"},
    Signature{"\x28\xB5\x2F\xFD"sv, "is compressed (Zstandard); unpack it with unzstd"},
    Signature{"PK\3\4"sv,
              "is a zip archive (as .npz and .xlsx are); unpack it and write the bonds "
              "as text, a line i j J each"},
    Signature{"\x93NUMPY"sv,
              "is a NumPy array; write it as text: np.savetxt(NEW, a, fmt='%d %d "
              "%.17g')"},
    Signature{"\x80\2"sv, "is a Python pickle; write the graph as node-link JSON or GraphML"},
    Signature{"\x80\3"sv, "is a Python pickle; write the graph as node-link JSON or GraphML"},
    Signature{"\x80\4"sv, "is a Python pickle; write the graph as node-link JSON or GraphML"},
    Signature{"\x80\5"sv, "is a Python pickle; write the graph as node-link JSON or GraphML"},
    Signature{"MATLAB 5.0"sv, "is a MATLAB file; write the couplings as Matrix Market (mmwrite)"},
    Signature{"CDF\1"sv, "is netCDF-3; write /bonds and /J as HDF5, or the bonds as text"},
    Signature{"CDF\2"sv, "is netCDF-3; write /bonds and /J as HDF5, or the bonds as text"},
    Signature{"DIMODBQM"sv,
              "is dimod's own BQM file; write bqm.to_serializable() as JSON, or COO"}};

}  // namespace

bool is_hdf5_file(const std::string& path) {
  constexpr std::string_view signature = "\x89HDF\r\n\x1A\n";
  std::array<char, 8> head{};
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), head.size());
  return file.gcount() == 8 && std::string_view(head.data(), head.size()) == signature;
}

GraphSource read_graph_source(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  require(file.good(), fmt::format("cannot read the bonds in {}", path));
  GraphSource source{path, {std::istreambuf_iterator<char>(file), {}}};
  std::string& text = source.text;
  for (const auto& [bytes, message] : signatures)
    if (text.starts_with(bytes)) throw UserError(fmt::format("{} {}", path, message));
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  const std::size_t zero = text.find('\0');
  require(zero == std::string::npos,
          fmt::format("{}: byte {} is zero: this is binary, or text in UTF-16 without a byte order "
                      "mark (iconv -f UTF-16LE -t UTF-8 FILE > NEW)",
                      path, zero));
  const std::size_t lone = [&] {
    std::size_t at = text.find('\r');
    while (at != std::string::npos && at + 1 < text.size() && text[at + 1] == '\n')
      at = text.find('\r', at + 1);
    return at;
  }();
  require(lone == std::string::npos || lone + 1 == text.size(),
          fmt::format("{}: line {} ends with a carriage return alone; convert the line ends: tr "
                      "'\\r' '\\n' < FILE > NEW",
                      path, line_of(source, lone)));
  return source;
}

std::ptrdiff_t line_of(const GraphSource& source, std::size_t offset) {
  const auto end =
      source.text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, source.text.size()));
  return 1 + std::count(source.text.begin(), end, '\n');
}

}  // namespace nmc::archive
