// Counts what the program takes from the heap, by replacing the global operators new and delete of the test executable.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "sim/schedule.hpp"
#include "sim/simulate.hpp"
#include "sim/state/initialise.hpp"
#include "tests/support/small_world.hpp"

namespace {
thread_local std::size_t n_allocations = 0;

/// Nothing where there is no room.
void* try_to_allocate(std::size_t size) noexcept {
  ++n_allocations;
  return std::malloc(size ? size : 1);
}

void* allocate(std::size_t size) {
  if (void* room = try_to_allocate(size)) return room;
  throw std::bad_alloc();
}
}  // namespace

void* operator new(std::size_t size) {
  return allocate(size);
}
void* operator new[](std::size_t size) {
  return allocate(size);
}
// The library's own would do, but not a sanitizer's, whose memory these operators delete could not return.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return try_to_allocate(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return try_to_allocate(size);
}
void operator delete(void* room) noexcept {
  std::free(room);
}
void operator delete[](void* room) noexcept {
  std::free(room);
}
void operator delete(void* room, std::size_t) noexcept {
  std::free(room);
}
void operator delete[](void* room, std::size_t) noexcept {
  std::free(room);
}

namespace innochain {
namespace {

using namespace testing;

TEST(Allocation, the_counter_counts) {
  const std::size_t before = n_allocations;
  delete new int(1);
  EXPECT_GE(n_allocations, before);
  std::vector<int> values(1000);
  EXPECT_GT(n_allocations, before);
}

/// Allocations of each step in the second of two equal runs in the same workspace.
std::vector<std::size_t> allocations_of_a_warm_run(const Params& params) {
  const Streams streams(1984, 0);
  Workspace workspace;
  simulate(params, 1984, 0, workspace);
  initialise(params, streams, workspace.state());
  open_accounts(params, workspace.state());
  workspace.indicators().prepare(params);
  std::vector<std::size_t> by_step(schedule().size(), 0);
  for (Year year = params.scale.years.first; year <= params.scale.years.last; ++year) {
    for (std::size_t i = 0; i < schedule().size(); ++i) {
      const std::size_t before = n_allocations;
      schedule()[i].run(params, year, streams, workspace.state(), workspace.indicators());
      by_step[i] += n_allocations - before;
    }
  }
  return by_step;
}

TEST(Allocation, no_step_of_a_warm_run_allocates) {
  const auto by_step = allocations_of_a_warm_run(small_params());
  for (std::size_t i = 0; i < schedule().size(); ++i) EXPECT_EQ(by_step[i], 0u) << schedule()[i].name;
}

TEST(Allocation, nor_does_one_whose_agents_stand_for_many_firms_and_split) {
  Params params = small_params();
  params.scale.firms_per_agent = 7;
  ChainParameters::Firms& firms = params.parameters.chain.firms;
  firms.agents_at_least = 1;
  firms.initial_count = 30'000;
  firms.agent_share = 0.002;
  const auto by_step = allocations_of_a_warm_run(params);
  for (std::size_t i = 0; i < schedule().size(); ++i) EXPECT_EQ(by_step[i], 0u) << schedule()[i].name;
}

}  // namespace
}  // namespace innochain
