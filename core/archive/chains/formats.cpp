#include "core/archive/chains/formats.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

#include "core/archive/file.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

struct Foreign {
  /// The magic bytes as a literal, which may hold zeros.
  template <std::size_t size>
  constexpr Foreign(const char (&literal)[size], const char* sentence)
      : magic(literal, size - 1), what(sentence) {}
  std::string_view magic;
  const char* what;  ///< "is …; do …"
};

const char* const kUtf16 =
    "is UTF-16 text; write it as UTF-8 (iconv -f UTF-16 -t UTF-8 IN > OUT, or \"CSV UTF-8\" in a "
    "spreadsheet)";

const std::array kForeign{
    Foreign{"PK\x03\x04",
            "is a zip archive, such as NumPy's .npz or a spreadsheet; save one array as .npy "
            "(np.save), or a table as .csv"},
    Foreign{"PK\x05\x06", "is an empty zip archive"},
    Foreign{"\x1f\x8b", "is compressed by gzip (or an R .rds); gunzip it first, or write.csv"},
    Foreign{"BZh", "is compressed by bzip2; bunzip2 it first"},
    Foreign{"\xfd"
            "7zXZ\0",
            "is compressed by xz; unxz it first"},
    Foreign{"\x28\xb5\x2f\xfd", "is compressed by zstd; unzstd it first"},
    Foreign{"PAR1", "is Parquet; write it as CSV (pandas: read_parquet(f).to_csv(g))"},
    Foreign{"ARROW1", "is Arrow/Feather; write it as CSV (pandas: read_feather(f).to_csv(g))"},
    Foreign{"\xff\xfe\0\0", "is UTF-32 text; write it as UTF-8 (iconv)"},
    Foreign{"\0\0\xfe\xff", "is UTF-32 text; write it as UTF-8 (iconv)"},
    Foreign{"\xff\xfe", kUtf16},
    Foreign{"\xfe\xff", kUtf16},
    Foreign{"MATLAB 5.0", "is a MATLAB file of version 5; save('f.mat', …, '-v7.3') writes HDF5"},
    Foreign{"SIMPLE  =", "is FITS; write its table as CSV (astropy: Table.read(f).write(g))"},
    Foreign{"root\0", "is a ROOT file; write its tree as .npy or CSV (uproot, RDataFrame)"},
    Foreign{"SQLite format 3", "is an SQLite database; write its table as CSV"},
    Foreign{"\x80\x02", "is a Python pickle; save the array by np.save"},
    Foreign{"\x80\x03", "is a Python pickle; save the array by np.save"},
    Foreign{"\x80\x04", "is a Python pickle; save the array by np.save"},
    Foreign{"\x80\x05", "is a Python pickle; save the array by np.save"},
    Foreign{"RDX2\n", "is an R workspace; write.csv the draws"},
    Foreign{"RDX3\n", "is an R workspace; write.csv the draws"},
    Foreign{"{", "is JSON; write the draws as .csv, .npy or netCDF (ArviZ: to_netcdf)"},
    Foreign{"[", "is JSON; write the draws as .csv, .npy or netCDF (ArviZ: to_netcdf)"},
    Foreign{"<", "is XML or HTML; write the draws as .csv"},
    Foreign{"%PDF", "is a PDF document"},
};

bool has_zero_byte(const std::string& text) {
  return text.find('\0') != std::string::npos;
}

/// UTF-16 without a mark: every other byte of plain text is zero.
bool is_unmarked_utf16(const std::string& text) {
  std::array<std::size_t, 2> zeros{};
  for (std::size_t i = 0; i < text.size(); ++i) zeros[i % 2] += text[i] == '\0' ? 1 : 0;
  const std::size_t half = text.size() / 2;
  return half >= 8 && std::max(zeros[0], zeros[1]) > half * 3 / 4 &&
         std::min(zeros[0], zeros[1]) < half / 10;
}

/// A name that promises HDF5.
bool is_called_hdf5(const std::string& path) {
  return path.ends_with(".h5") || path.ends_with(".hdf5") || path.ends_with(".nc");
}

}  // namespace

Format format_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  require(stream.good(), path + " cannot be read");
  std::string head(512, '\0');
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(stream.gcount()));
  require(!head.empty(), path + " is empty");
  if (head.starts_with("\x93NUMPY")) return Format::npy;
  if (head.starts_with("CDF\x01") || head.starts_with("CDF\x02") || head.starts_with("CDF\x05"))
    return Format::netcdf3;
  if (File::is_hdf5(path)) return Format::hdf5;
  require(!head.starts_with("\x89HDF"), path + " is a damaged HDF5 file");
  for (const Foreign& foreign : kForeign) {
    require(!head.starts_with(foreign.magic), path + " " + foreign.what);
  }
  require(!is_called_hdf5(path), path + " is not an HDF5 file");
  require(!is_unmarked_utf16(head), path + " " + kUtf16);
  require(!has_zero_byte(head),
          path + " is neither text nor a format that is read: HDF5, netCDF, .npy, CSV");
  return Format::text;
}

}  // namespace nmc::archive
