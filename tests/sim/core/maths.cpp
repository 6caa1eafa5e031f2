#include "sim/core/maths.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <boost/math/special_functions/gamma.hpp>
#include <cfloat>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/random.hpp"

namespace innochain {
namespace {

/// f(x) as the sum of two doubles, computed with 60 decimal digits (mpmath).
struct Value {
  double x, high, low;
};

double ulp(double x) {
  return std::nextafter(std::abs(x), DBL_MAX) - std::abs(x);
}

/// Distance in units in the last place; high and low together are exact far below one unit.
double error_in_ulps(double computed, double high, double low) {
  return std::abs((computed - high) - low) / ulp(high);
}

template <class Function>
void expect_accurate(Function&& function, const std::vector<Value>& values, double ulps) {
  for (const Value& value : values)
    EXPECT_LE(error_in_ulps(function(value.x), value.high, value.low), ulps) << "at " << value.x;
}

TEST(Maths, exp_is_within_one_ulp) {
  expect_accurate(maths::exp,
                  {{-700.5, 0x1.4ff475c68ca02p-1011, -0x0.0000000000245p-1022},
                   {-20.25, 0x1.b93de1e27ca3bp-30, -0x1.6a3c4abdc49a6p-85},
                   {-1.0, 0x1.78b56362cef38p-2, -0x1.ca8a4270fadf5p-57},
                   {-0.3, 0x1.7b4c869c37c05p-1, -0x1.0a730392f0d98p-59},
                   {1e-10, 0x1.000000006df38p+0, -0x1.3112d8e5e6d4cp-57},
                   {0.1, 0x1.1aec7b35a00d4p+0, -0x1.77d498b0e382ap-54},
                   {0.5, 0x1.a61298e1e069cp+0, -0x1.b4690082a4906p-55},
                   {1.0, 0x1.5bf0a8b145769p+1, 0x1.4d57ee2b1013ap-53},
                   {2.718281828459045, 0x1.e4efb75e4527ap+3, -0x1.1848044643c01p-51},
                   {10.5, 0x1.1bb7015e84d3bp+15, 0x1.bc1c4193bcdb9p-40},
                   {88.0, 0x1.f1056dc7bf22dp+126, 0x1.ef076abb0ade3p+71},
                   {700.25, 0x1.2fd8e4cbfa413p+1010, 0x1.2cb7d9b882d75p+956}},
                  1.0);
}

TEST(Maths, expm1_is_within_one_ulp) {
  expect_accurate(maths::expm1,
                  {{-30.0, -0x1.ffffffffffcb5p-1, -0x1.1f3d53808b2afp-56},
                   {-1.5, -0x1.8dc1e236d28f9p-1, 0x1.646be925f7106p-55},
                   {-0.1, -0x1.85c933156a62cp-4, -0x1.6d577f9d9f0f3p-58},
                   {-1e-08, -0x1.5798ee0636111p-27, 0x1.8ef90bf165450p-81},
                   {1e-12, 0x1.19799812df3bdp-40, -0x1.eb32bb520fb6fp-96},
                   {1e-05, 0x1.4f8bc681cdfb6p-17, -0x1.7835766a354c2p-72},
                   {0.25, 0x1.22d78f0fa061ap-2, -0x1.89843c4964554p-56},
                   {1.0, 0x1.b7e151628aed3p+0, -0x1.655023a9dfd8cp-54},
                   {5.5, 0x1.e76244f21bbf6p+7, 0x1.298c834010b39p-48},
                   {100.0, 0x1.3494a9b171bf5p+144, -0x1.4cf76bdb3376fp+90}},
                  1.0);
}

TEST(Maths, log_is_within_one_ulp) {
  expect_accurate(maths::log,
                  {{1e-300, -0x1.5963447f87fb5p+9, -0x1.aa670d35324e6p-46},
                   {1e-10, -0x1.7069e2aa2aa5bp+4, 0x1.f0b709e89338fp-52},
                   {0.1, -0x1.26bb1bbb55515p+1, -0x1.8b752b6b15c17p-53},
                   {0.5, -0x1.62e42fefa39efp-1, -0x1.abc9e3b39803fp-56},
                   {0.9999999, -0x1.ad7f2b1049b9fp-24, -0x1.abda442e82e0dp-78},
                   {1.0000001, 0x1.ad7f2847b6492p-24, 0x1.d7f4a57fcf3ddp-80},
                   {1.5, 0x1.9f323ecbf984cp-2, -0x1.a92e513217f5cp-59},
                   {2.0, 0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56},
                   {10.0, 0x1.26bb1bbb55516p+1, -0x1.f48ad494ea3e9p-53},
                   {12345.678, 0x1.2d79559791e31p+3, -0x1.b815cbf5bdc23p-53},
                   {1e+300, 0x1.5963447f87fb5p+9, 0x1.abccc0710fcd4p-46}},
                  1.0);
}

TEST(Maths, log1p_is_within_one_ulp) {
  expect_accurate(maths::log1p,
                  {{-0.999, -0x1.ba18a998fff9fp+2, -0x1.112fc120a0a2ap-52},
                   {-0.5, -0x1.62e42fefa39efp-1, -0x1.abc9e3b39803fp-56},
                   {-1e-09, -0x1.12e0be84bbb51p-30, 0x1.6fc755c3dd59ap-84},
                   {1e-15, 0x1.203af9ee75613p-50, 0x1.dbda008a1eb1bp-104},
                   {0.001, 0x1.060354f8c3ebfp-10, 0x1.701228b8b24a8p-65},
                   {0.2, 0x1.7565011e49677p-3, -0x1.c58d9f72fca70p-57},
                   {1.0, 0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56},
                   {41.0, 0x1.de6bf542e3d2dp+1, -0x1.e5a6db8a10f43p-54},
                   {1e10, 0x1.7069e2aa3184ep+4, 0x1.8bef93af027d0p-50}},
                  1.0);
}

TEST(Maths, tan_is_within_one_ulp) {
  expect_accurate(maths::tan,
                  {{-1.5, -0x1.c33ed50b88777p+3, -0x1.697584f023122p-51},
                   {-0.7, -0x1.af406c2fc78aep-1, 0x1.68e6608993265p-55},
                   {1e-06, 0x1.0c6f7a0b5f3b3p-20, 0x1.f45f0c3ed47e2p-76},
                   {0.1, 0x1.9af8877430b80p-4, 0x1.bbc144a47eb26p-60},
                   {0.785, 0x1.ff97aa571156ep-1, 0x1.4ec783dab5f0fp-55},
                   {1.0, 0x1.8eb245cbee3a6p+0, -0x1.1d4ce0afb373bp-54},
                   {1.57, 0x1.39f0ff737e7f3p+10, -0x1.b9d629446cf53p-45},
                   {3.0, -0x1.23ef71254b86fp-3, -0x1.996164fbff0a8p-60},
                   {12.5, -0x1.104100d067f5bp-4, 0x1.f20a297f7bbf5p-59}},
                  1.0);
}

TEST(Maths, erfc_is_within_one_and_a_half_ulps) {
  // SLEEF promises 1.5 units for erfc (u15) and 1.0 for the others.
  expect_accurate(maths::erfc,
                  {{-5.5, 0x1.fffffffffffdfp+0, -0x1.182b326b228dcp-55},
                   {-2.0, 0x1.fecd70a13caf2p+0, -0x1.9a35ff9bed197p-54},
                   {-0.5, 0x1.853f7ae0c76e9p+0, 0x1.5e809f1a31a28p-56},
                   {0.0, 0x1.0000000000000p+0, 0x0.0p+0},
                   {1e-05, 0x1.fffe8560f7b4ap-1, 0x1.bb405175f277fp-57},
                   {0.3, 0x1.57be3bbf10af8p-1, 0x1.2cb569dbbe2a4p-55},
                   {1.0, 0x1.4226162fbddd5p-3, -0x1.b40443f6ec34ap-59},
                   {2.0, 0x1.328f5ec350e67p-8, -0x1.ca006412e68d0p-62},
                   {3.5, 0x1.8ef2a9a18d857p-21, -0x1.2d76dc03e80a5p-75},
                   {5.0, 0x1.b0c1a759f7739p-40, -0x1.b28568855c7a1p-94},
                   {9.0, 0x1.198d422be3f8cp-121, 0x1.36ba610a005ffp-176},
                   {15.0, 0x1.93e1b371520a1p-330, -0x1.3b3d182a7d88fp-385},
                   {25.0, 0x1.cbcb3935e8707p-908, -0x1.4365bc7348650p-965}},
                  1.5);
}

TEST(Maths, pow_is_within_one_ulp) {
  struct Power {
    double x, y, high, low;
  };
  const std::vector<Power> powers{{2.0, 0.5, 0x1.6a09e667f3bcdp+0, -0x1.bdd3413b26456p-54},
                                  {1.047, 25.0, 0x1.9387f630d7783p+1, -0x1.b9e6258386a95p-53},
                                  {0.9, 37.0, 0x1.4c31dc5657068p-6, 0x1.0f313a47eb448p-60},
                                  {10.0, -3.3, 0x1.06c4363887513p-11, -0x1.628748c77c9cbp-65},
                                  {123.456, 0.37, 0x1.7c3955e5899dfp+2, 0x1.ae2336feab8eap-53},
                                  {1e-05, 0.6, 0x1.0624dd2f1a9fdp-10, 0x1.3cb235c9a8d43p-64},
                                  {3.0, 200.0, 0x1.fd5863c3eb047p+316, -0x1.84f795b216243p+262},
                                  {0.5, 1014.0, 0x1.0000000000000p-1014, 0x0.0p+0},
                                  {1.0000001, 1e7, 0x1.5bf0a790ce6f2p+1, -0x1.b5f0fe2579c1ep-53}};
  for (const Power& power : powers)
    EXPECT_LE(error_in_ulps(maths::pow(power.x, power.y), power.high, power.low), 1.0) << power.x << "^" << power.y;
}

TEST(NormalQuantile, gives_the_published_check_values) {
  // Wichura (1988), table of check values of PPND16, and one value in each of its three regions (mpmath, 80 digits).
  struct Check {
    double p, x;
  };
  for (const Check check :
       {Check{0.25, -0.6744897501960817}, Check{0.001, -3.090232306167814}, Check{1e-20, -9.262340089798408},
        Check{0.975, 1.959963984540054}, Check{0.0749999, -1.4395321773759006}, Check{0.075, -1.4395314709384559},
        Check{0.925, 1.4395314709384562}, Check{1e-10, -6.361340902404056}, Check{1e-5, -4.264890793922825},
        Check{1.3887943864964e-11, -6.657904643501104}, Check{1e-300, -37.0470962993612}})
    EXPECT_NEAR(maths::normal_quantile(check.p), check.x, 1e-15 * std::abs(check.x)) << check.p;
  EXPECT_EQ(maths::normal_quantile(0.5), 0.0);
}

TEST(NormalQuantile, is_the_inverse_of_the_distribution_function) {
  // An error of 1e-15 in x moves Φ(x) by x·(density over Φ) ≈ x² relatively, on top of 1.5 ulp of erfc and those of its
  // argument.
  for (int i = 1; i < 2000; ++i) {
    const double p = i / 2000.0;
    EXPECT_NEAR(maths::normal_cdf(maths::normal_quantile(p)), p, 4e-15 * p + 4e-16) << p;
  }
  for (double p = 1e-3; p > 1e-290; p *= 0.01) {
    const double x = maths::normal_quantile(p);
    EXPECT_NEAR(maths::normal_cdf(x), p, (2.0 + 2.0 * x * x) * 1e-15 * p) << p;
  }
}

TEST(NormalQuantile, is_odd_around_one_half) {
  // 1 − p is exact for multiples of a power of two.
  for (int i = 1; i < 1024; ++i) {
    const double p = i / 2048.0;
    EXPECT_EQ(maths::normal_quantile(p), -maths::normal_quantile(1.0 - p)) << p;
  }
}

/// FNV-1a over the bits of numbers.
class Digest {
 public:
  void add(std::uint64_t bits) { value_ = (value_ ^ bits) * 1099511628211ull; }
  void add(double x) { add(std::bit_cast<std::uint64_t>(x)); }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 1469598103934665603ull;
};

/// Digest of the model's functions and draws over many arguments.
std::uint64_t digest_of_maths() {
  Digest digest;
  for (int i = 1; i < 20000; ++i) {
    const double x = i * 1e-3;
    digest.add(maths::exp(x - 10.0));
    digest.add(maths::expm1(x - 10.0));
    digest.add(maths::log(x));
    digest.add(maths::log1p(x));
    digest.add(maths::pow(x, 0.37));
    digest.add(maths::tan(x));
    digest.add(maths::erfc(x - 10.0));
    digest.add(maths::normal_quantile(i / 20000.0));
    digest.add(maths::gamma_quantile(x, 0.3));
    digest.add(maths::gamma_quantile(3.0, i / 20000.0));
  }
  Stream stream = Streams(1, 0).at(Purpose::quota, Year(2000), 0);
  for (int i = 0; i < 5000; ++i) {
    digest.add(stream.gamma(0.3, 2.0));
    digest.add(stream.gamma(4.3, 2.0));
    digest.add(static_cast<std::uint64_t>(stream.poisson(3.0)));
    digest.add(static_cast<std::uint64_t>(stream.poisson(300.0)));
    digest.add(static_cast<std::uint64_t>(stream.binomial(10, 0.3)));
    digest.add(static_cast<std::uint64_t>(stream.binomial(1000, 0.3)));
  }
  return digest.value();
}

/// The same of the C library's functions, which are known to differ between processors.
std::uint64_t digest_of_libm() {
  Digest digest;
  for (int i = 1; i < 200000; ++i) {
    const volatile double x = i * 1e-4;  // volatile: computed by the library now, not by the compiler beforehand
    digest.add(std::exp(x - 10.0));
    digest.add(std::pow(x, 0.37));
  }
  return digest.value();
}

/// Run by the test below in a process of its own.
TEST(MathsInChild, DISABLED_prints_digests) {
  std::printf("digests %016llx %016llx\n", static_cast<unsigned long long>(digest_of_maths()),
              static_cast<unsigned long long>(digest_of_libm()));
}

struct Digests {
  unsigned long long maths = 0, libm = 0;
};

Digests digests_under(const std::string& tunables) {
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  const std::string command = "GLIBC_TUNABLES=" + tunables + " '" + self +
                              "' --gtest_also_run_disabled_tests --gtest_filter=MathsInChild.DISABLED_prints_digests";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  Digests digests;
  char line[512];
  while (pipe && std::fgets(line, sizeof line, pipe.get()))
    std::sscanf(line, "digests %llx %llx", &digests.maths, &digests.libm);
  return digests;
}

TEST(Maths, gives_the_same_bits_on_a_processor_without_avx2_and_fma) {
  // The C library's own functions are the control: they must differ, or the tunables did nothing. Its names for the
  // processor's features changed in version 2.33.
  if (!__builtin_cpu_supports("fma")) GTEST_SKIP() << "this processor has no FMA to turn off";
  bool turned_off = false;
  for (const char* names : {"-AVX2,-FMA,-FMA4", "-AVX2_Usable,-FMA_Usable,-FMA4_Usable"}) {
    const Digests digests = digests_under(std::string("glibc.cpu.hwcaps=") + names);
    ASSERT_NE(digests.maths, 0u);
    EXPECT_EQ(digests.maths, digest_of_maths()) << names;
    if (digests.libm != digest_of_libm()) turned_off = true;
  }
  EXPECT_TRUE(turned_off) << "the C library accepted neither set of names";
}

}  // namespace
/// Against the computed quantile, over a lattice of words and at the borders of the table.
// Boost.Math: relative errors of some ulps. Shapes and probabilities that every branch sees.
TEST(GammaQuantile, agrees_with_boost) {
  for (const double shape : {0.01, 0.1, 0.3, 0.9, 1.0, 1.7, 3.0, 12.0, 100.0, 1e4}) {
    for (const double p : {1e-15, 1e-6, 0.01, 0.2, 0.4999, 0.5, 0.5001, 0.6, 0.7, 0.9, 0.99, 1.0 - 1e-9}) {
      const double expected = boost::math::gamma_p_inv(shape, p);
      if (!(expected > std::numeric_limits<double>::min())) continue;
      EXPECT_NEAR(maths::gamma_quantile(shape, p) / expected, 1.0, 1e-12) << shape << " " << p;
    }
  }
}

// P(1, x) = 1 − e⁻ˣ, and 2x of shape n/2 is chi-square with n degrees of freedom, of one the square of a normal number.
TEST(GammaQuantile, gives_the_closed_forms) {
  for (const double p : {1e-9, 0.1, 0.5, 0.8, 0.999}) {
    EXPECT_NEAR(maths::gamma_quantile(1.0, p) / -std::log1p(-p), 1.0, 1e-13) << p;
    const double z = maths::normal_quantile(0.5 + 0.5 * p);
    // ½ + p/2 is rounded by 2⁻⁵⁴ at most, and z² errs by twice that over p/2.
    EXPECT_NEAR(2.0 * maths::gamma_quantile(0.5, p) / (z * z), 1.0, 1e-13 + 0x1p-52 / p) << p;
  }
}

TEST(GammaQuantile, rises_with_the_probability) {
  for (const double shape : {0.1, 1.0, 4.3, 100.0}) {
    double last = 0.0;
    for (int i = 1; i < 4000; ++i) {
      const double x = maths::gamma_quantile(shape, i / 4000.0);
      ASSERT_GT(x, last) << shape << " " << i;
      last = x;
    }
  }
}

TEST(DeviateTable, agrees_with_the_quantile) {
  double worst = 0.0;
  for (std::uint64_t word = 0; word < (std::uint64_t{1} << 32); word += 9973) {
    const auto w = static_cast<std::uint32_t>(word);
    worst = std::max(worst, std::abs(maths::deviate_of(w) - maths::normal_quantile((w + 0.5) * 0x1.0p-32)));
  }
  EXPECT_LT(worst, 2e-7);
  EXPECT_GT(worst, 1e-12);  // it does interpolate
  for (const std::uint32_t w : {0u, 0xffffffffu, (16u << 23) - 1u, 16u << 23, (496u << 23) - 1u, 496u << 23})
    EXPECT_NEAR(maths::deviate_of(w), maths::normal_quantile((w + 0.5) * 0x1.0p-32), 2e-7) << w;
}

}  // namespace innochain
