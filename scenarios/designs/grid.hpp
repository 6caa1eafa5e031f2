#pragma once

#include <cstddef>
#include <vector>

namespace innochain {

/// Every combination of the values of some coordinates; the last coordinate changes fastest.
class Grid {
 public:
  /// \param lengths number of values of each coordinate, each at least 1
  explicit Grid(std::vector<std::size_t> lengths) : lengths_(std::move(lengths)), strides_(lengths_.size()) {
    for (std::size_t k = lengths_.size(); k-- > 0;) {
      strides_[k] = size_;
      size_ *= lengths_[k];
    }
  }
  std::size_t size() const { return size_; }
  /// Which value of a coordinate a point has.
  std::size_t at(std::size_t point, std::size_t coordinate) const {
    return point / strides_[coordinate] % lengths_[coordinate];
  }

 private:
  std::vector<std::size_t> lengths_, strides_;
  std::size_t size_ = 1;
};

}  // namespace innochain
