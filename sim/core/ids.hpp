#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace innochain {

/// The position of one thing in the table of its kind. Ids of different kinds do not mix, and none() marks "no such
/// thing".
template <class Tag>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(std::size_t index) : index_(static_cast<std::uint32_t>(index)) {}
  static constexpr Id none() { return Id(); }
  constexpr std::size_t index() const { return index_; }
  constexpr bool exists() const { return index_ != absent; }
  constexpr auto operator<=>(const Id&) const = default;
  constexpr Id& operator++() { return ++index_, *this; }

 private:
  static constexpr std::uint32_t absent = 0xffffffffu;
  std::uint32_t index_ = absent;
};

using AuthorityId = Id<struct AuthorityTag>;
using ProvinceId = Id<struct ProvinceTag>;
using CityId = Id<struct CityTag>;
using ClusterId = Id<struct ClusterTag>;
using FieldId = Id<struct FieldTag>;
using CategoryId = Id<struct CategoryTag>;
using LabTypeId = Id<struct LabTypeTag>;
using ZoneTypeId = Id<struct ZoneTypeTag>;
using ProgrammeId = Id<struct ProgrammeTag>;
using OrganisationId = Id<struct OrganisationTag>;
using LabId = Id<struct LabTag>;
using ZoneId = Id<struct ZoneTag>;
using ProjectId = Id<struct ProjectTag>;
/// A designation that is approved, by one rule for all: first the lab types, then the zone types.
using DesignationId = Id<struct DesignationTag>;

/// A column (or table) indexed by the ids of one kind.
template <class IdType, class Value>
class Column {
 public:
  Column() = default;
  explicit Column(std::size_t size, Value value = {}) : values_(size, value) {}
  bool operator==(const Column&) const = default;
  using reference = typename std::vector<Value>::reference;
  using const_reference = typename std::vector<Value>::const_reference;

  reference operator[](IdType id) { return values_[id.index()]; }
  const_reference operator[](IdType id) const { return values_[id.index()]; }
  std::size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }
  void reserve(std::size_t size) { values_.reserve(size); }
  void resize(std::size_t size, const Value& value = {}) { values_.resize(size, value); }
  void assign(std::size_t size, const Value& value) { values_.assign(size, value); }
  void clear() { values_.clear(); }
  void fill(Value value) { values_.assign(values_.size(), value); }
  IdType push_back(Value value) { return values_.push_back(std::move(value)), IdType(values_.size() - 1); }
  auto begin() { return values_.begin(); }
  auto end() { return values_.end(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

 private:
  std::vector<Value> values_;
};

/// All ids of a table in order: `for (const LabId lab : all<LabId>(n))`.
template <class IdType>
class IdRange {
 public:
  class Iterator {
   public:
    constexpr explicit Iterator(IdType id) : id_(id) {}
    constexpr IdType operator*() const { return id_; }
    constexpr Iterator& operator++() { return ++id_, *this; }
    constexpr bool operator==(const Iterator&) const = default;

   private:
    IdType id_;
  };
  constexpr explicit IdRange(std::size_t size) : size_(size) {}
  constexpr Iterator begin() const { return Iterator(IdType(0)); }
  constexpr Iterator end() const { return Iterator(IdType(size_)); }

 private:
  std::size_t size_;
};

template <class IdType>
constexpr IdRange<IdType> all(std::size_t size) {
  return IdRange<IdType>(size);
}

}  // namespace innochain
